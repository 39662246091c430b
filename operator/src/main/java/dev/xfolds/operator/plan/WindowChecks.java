package dev.xfolds.operator.plan;

import dev.xfolds.operator.api.SchedulingSpec;
import dev.xfolds.operator.api.WindowSpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Whether the windows of a run are times in which it can train. */
final class WindowChecks {
  private final Problems problems;

  WindowChecks(Problems problems) {
    this.problems = problems;
  }

  /**
   * Checks every window.
   *
   * @param scheduling null where the run has none
   * @param graceSeconds that a checkpoint may take
   */
  void check(SchedulingSpec scheduling, int graceSeconds) {
    if (scheduling == null) {
      return;
    }
    for (int i = 0; i < scheduling.windows().size(); i++) {
      check(scheduling.windows().get(i), "spec.scheduling.windows[" + i + "]", graceSeconds);
    }
  }

  private void check(WindowSpec window, String path, int graceSeconds) {
    Optional<OffsetDateTime> start = instant(window.start(), path + ".start");
    Optional<OffsetDateTime> end = instant(window.end(), path + ".end");
    if (start.isEmpty() || end.isEmpty()) {
      return;
    }
    Duration length = Duration.between(start.get(), end.get());
    if (!length.isPositive()) {
      problems.add(path + ".end", "must be after start (%s), was %s", window.start(), window.end());
    } else if (length.toSeconds() <= graceSeconds) {
      problems.warn(
          "%s is %d s long, of which %d s are for the checkpoint (spec.checkpoint.graceSeconds): nothing trains in it by itself"
              .formatted(path, length.toSeconds(), graceSeconds));
    }
  }

  private Optional<OffsetDateTime> instant(String text, String path) {
    try {
      return Optional.of(OffsetDateTime.parse(text));
    } catch (DateTimeException e) {
      problems.add(path, "must be a time that exists, as 2026-05-04T18:00:00Z, was %s", text);
      return Optional.empty();
    }
  }
}
