package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.SchedulingSpec;
import dev.xfolds.operator.api.WindowSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowsTest {
  private static final Duration GRACE = Duration.ofSeconds(30);

  /** Windows of the same day, each written as {@code 10:00-12:00}. */
  private static Windows windows(String... spans) {
    List<WindowSpec> windows =
        Arrays.stream(spans)
            .map(span -> new WindowSpec(text(span.substring(0, 5)), text(span.substring(6))))
            .toList();
    return Windows.of(new SchedulingSpec(null, windows, null, null, null), GRACE);
  }

  private static String text(String time) {
    return "2026-05-04T" + time + ":00Z";
  }

  private static Instant at(String time) {
    return Instant.parse("2026-05-04T" + time + "Z");
  }

  private static String stop(Windows windows, String time) {
    return windows
        .stop(at(time))
        .map(stop -> stop.reason() + ": " + stop.message() + (stop.forGood() ? " for good" : ""))
        .orElse("");
  }

  @Test
  void runWithoutWindowsMayAlwaysTrain() {
    assertThat(Windows.of(null, GRACE).stop(at("10:00:00"))).isEmpty();
    assertThat(windows().stop(at("10:00:00"))).isEmpty();
    assertThat(windows().nextEdge(at("10:00:00"))).isEmpty();
  }

  @Test
  void startBelongsToTheWindow() {
    Windows one = windows("10:00-12:00");
    assertThat(stop(one, "09:59:59.999"))
        .isEqualTo(
            "OutsideWindow: no window has begun; next window starts at 2026-05-04T10:00:00Z");
    assertThat(stop(one, "10:00:00")).isEmpty();
  }

  @Test
  void checkpointsGraceIsTakenFromTheEnd() {
    Windows one = windows("10:00-12:00");
    assertThat(stop(one, "11:59:29.999")).isEmpty();
    assertThat(stop(one, "11:59:30"))
        .isEqualTo(
            "WindowsOver: the window ends at 2026-05-04T12:00:00Z, its last 30 s are for the"
                + " checkpoint; no window follows: add one to spec.scheduling.windows to go on");
  }

  @Test
  void lastWindowThatHasPassedIsNamedAndFailsNothing() {
    assertThat(stop(windows("10:00-12:00", "08:00-09:00"), "12:00:00"))
        .isEqualTo(
            "WindowsOver: the window of 2026-05-04T10:00:00Z ended at 2026-05-04T12:00:00Z; no"
                + " window follows: add one to spec.scheduling.windows to go on");
  }

  @Test
  void nextWindowIsFoundAmongUnsortedOnes() {
    Windows three = windows("16:00-18:00", "10:00-12:00", "13:00-14:00");
    assertThat(stop(three, "12:00:00"))
        .isEqualTo(
            "OutsideWindow: the window of 2026-05-04T10:00:00Z ended at 2026-05-04T12:00:00Z; next"
                + " window starts at 2026-05-04T13:00:00Z");
    assertThat(stop(three, "13:00:00")).isEmpty();
  }

  @Test
  void windowsThatOverlapOrTouchAreNotInterrupted() {
    Windows three = windows("12:00-13:00", "10:00-11:00", "10:30-12:00");
    for (String inside : List.of("10:59:45", "11:00:00", "11:59:45", "12:00:00", "12:59:29")) {
      assertThat(stop(three, inside)).as(inside).isEmpty();
    }
    assertThat(stop(three, "12:59:30")).startsWith("WindowsOver");
    assertThat(stop(windows("10:00-14:00", "11:00-12:00"), "13:00:00"))
        .as("a window within another does not end it")
        .isEmpty();
  }

  @Test
  void offsetsAreHeeded() {
    Windows summer =
        Windows.of(
            new SchedulingSpec(
                null,
                List.of(new WindowSpec("2026-05-04T12:00:00+02:00", "2026-05-04T12:00:00Z")),
                null,
                null,
                null),
            GRACE);
    assertThat(stop(summer, "09:59:59")).isNotEmpty();
    assertThat(stop(summer, "10:00:00")).isEmpty();
  }

  @Test
  void windowThatIsAllGraceIsNoNextWindowAndSaysWhatToWrite() {
    Windows tiny =
        Windows.of(
            new SchedulingSpec(
                null,
                List.of(new WindowSpec("2026-05-04T10:00:00Z", "2026-05-04T10:00:30Z")),
                null,
                null,
                null),
            GRACE);
    assertThat(stop(tiny, "09:00:00"))
        .isEqualTo(
            "WindowsOver: no window has begun; the window of 2026-05-04T10:00:00Z is 30 s long, and"
                + " spec.checkpoint.graceSeconds takes the last 30 s of each: write an end after"
                + " 2026-05-04T10:00:30Z into spec.scheduling.windows to go on");
    assertThat(stop(tiny, "10:00:00"))
        .startsWith("WindowsOver: the window ends at")
        .contains("write an end after 2026-05-04T10:00:30Z");
    assertThat(stop(tiny, "10:00:30")).contains("no window follows: add one");
  }

  @Test
  void edgesAreWhereTheAnswerChanges() {
    Windows two = windows("13:00-14:00", "10:00-12:00");
    assertThat(two.nextEdge(at("09:00:00"))).contains(at("10:00:00"));
    assertThat(two.nextEdge(at("10:00:00"))).contains(at("11:59:30"));
    assertThat(two.nextEdge(at("11:59:30"))).contains(at("12:00:00"));
    assertThat(two.nextEdge(at("12:00:00"))).contains(at("13:00:00"));
    assertThat(two.nextEdge(at("14:00:00"))).isEmpty();
  }
}
