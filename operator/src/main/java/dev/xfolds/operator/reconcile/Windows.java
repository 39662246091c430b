package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.SchedulingSpec;
import dev.xfolds.operator.api.WindowSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When a run may train. A window's start belongs to it; its last seconds are for the checkpoint, so
 * that the hardware is free at its end.
 */
final class Windows {
  private final List<Span> spans;
  private final Duration grace;

  /** Windows that touch or overlap are one. */
  private record Span(Instant start, Instant end) {}

  private Windows(List<Span> spans, Duration grace) {
    this.spans = spans;
    this.grace = grace;
  }

  /**
   * The windows of a run.
   *
   * @param scheduling null where the run has none
   * @param grace in which a pod that is asked to stop has ended
   */
  static Windows of(SchedulingSpec scheduling, Duration grace) {
    List<WindowSpec> given = scheduling == null ? List.of() : scheduling.windows();
    List<Span> sorted =
        given.stream()
            .map(window -> new Span(instant(window.start()), instant(window.end())))
            .sorted(Comparator.comparing(Span::start))
            .toList();
    List<Span> joined = new ArrayList<>();
    for (Span span : sorted) {
      if (joined.isEmpty() || joined.getLast().end().isBefore(span.start())) {
        joined.add(span);
      } else if (joined.getLast().end().isBefore(span.end())) {
        joined.set(joined.size() - 1, new Span(joined.getLast().start(), span.end()));
      }
    }
    return new Windows(List.copyOf(joined), grace);
  }

  /** Why the run may not train now; empty if it may. */
  Optional<Situation.Stop> stop(Instant now) {
    boolean open =
        spans.stream()
            .anyMatch(span -> !now.isBefore(span.start()) && now.isBefore(lastMoment(span)));
    if (spans.isEmpty() || open) {
      return Optional.empty();
    }
    Optional<Instant> next =
        spans.stream()
            .filter(span -> !isAllGrace(span))
            .map(Span::start)
            .filter(now::isBefore)
            .findFirst();
    return Optional.of(
        new Situation.Stop(
            next.isPresent() ? "OutsideWindow" : "WindowsOver",
            now(now)
                + next.map(start -> "; next window starts at " + start)
                    .orElseGet(() -> "; " + toGoOn(now)),
            false));
  }

  /** What to write where no window is left to train in. */
  private String toGoOn(Instant now) {
    return spans.stream()
        .filter(span -> isAllGrace(span) && now.isBefore(span.end()))
        .findFirst()
        .map(
            span ->
                "the window of %s is %d s long, and spec.checkpoint.graceSeconds takes the last %d s of each: write an end after %s into spec.scheduling.windows to go on"
                    .formatted(
                        span.start(),
                        Duration.between(span.start(), span.end()).toSeconds(),
                        grace.toSeconds(),
                        span.start().plus(grace)))
        .orElse("no window follows: add one to spec.scheduling.windows to go on");
  }

  /** When the answer changes next; empty if it never does. */
  Optional<Instant> nextEdge(Instant now) {
    return spans.stream()
        .flatMap(span -> Stream.of(span.start(), lastMoment(span), span.end()))
        .filter(now::isBefore)
        .min(Comparator.naturalOrder());
  }

  private String now(Instant now) {
    return spans.stream()
        .filter(span -> !now.isBefore(span.start()))
        .reduce((_, later) -> later)
        .map(
            span ->
                now.isBefore(span.end())
                    ? "the window ends at %s, its last %d s are for the checkpoint"
                        .formatted(span.end(), grace.toSeconds())
                    : "the window of %s ended at %s".formatted(span.start(), span.end()))
        .orElse("no window has begun");
  }

  private boolean isAllGrace(Span span) {
    return !span.start().isBefore(lastMoment(span));
  }

  private Instant lastMoment(Span span) {
    return span.end().minus(grace);
  }

  private static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
