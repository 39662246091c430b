package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.observe.Attempts.TrainerPod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AttemptsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private static TrainerPod running(int attempt) {
    return new TrainerPod(attempt, 0, T0.plusSeconds(attempt), "node-1", Optional.empty());
  }

  private static TrainerPod ended(int attempt, int rank, int second, int code, boolean disrupted) {
    return new TrainerPod(
        attempt,
        rank,
        T0,
        "node-1",
        Optional.of(
            new Ending(T0.plusSeconds(second), OptionalInt.of(code), disrupted, "one\nlast line")));
  }

  private static Attempt only(List<TrainerPod> pods, boolean wanted) {
    return Attempts.update(List.of(Attempt.started(1, T0)), pods, T0.plusSeconds(99), wanted)
        .getFirst();
  }

  @Test
  void podOpensTheAttemptThatItNames() {
    List<Attempt> attempts = Attempts.update(List.of(), List.of(running(3)), T0, true);
    assertThat(attempts)
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.number()).isEqualTo(3);
              assertThat(attempt.node()).isEqualTo("node-1");
              assertThat(attempt.running()).isTrue();
            });
    assertThat(Attempts.update(attempts, List.of(running(3)), T0, true)).isEqualTo(attempts);
  }

  @Test
  void codeIsThatOfTheFirstRankToEnd() {
    Attempt attempt = only(List.of(ended(1, 0, 20, 10, false), ended(1, 1, 10, 137, false)), true);
    assertThat(attempt.exitCode()).hasValue(137);
    assertThat(attempt.reason()).isEqualTo("Killed");
    assertThat(attempt.endedAt()).contains(T0.plusSeconds(10));
    assertThat(attempt.message()).isEqualTo("one\nlast line");
    assertThat(Attempts.failed(attempt)).isTrue();
  }

  @Test
  void drainAndSuspensionAreNoFailures() {
    Attempt drained = only(List.of(ended(1, 0, 5, 143, true)), true);
    assertThat(drained.reason()).isEqualTo("Disrupted");
    assertThat(Attempts.failed(drained)).isFalse();
    Attempt suspended = only(List.of(ended(1, 0, 5, 12, true)), false);
    assertThat(suspended.reason()).isEqualTo("Stopped");
    assertThat(Attempts.failed(suspended)).isFalse();
    assertThat(Attempts.failed(only(List.of(ended(1, 0, 5, 12, true)), true))).isFalse();
    assertThat(Attempts.failed(only(List.of(ended(1, 0, 5, 12, false)), false))).isFalse();
  }

  /** Killed at the end of its grace, say: no stop with a checkpoint, and no restart either. */
  @ParameterizedTest
  @CsvSource({"137, Killed", "127, Crashed", "143, Signal15", "10, Retry"})
  void stopWithoutACheckpointIsCalledByItsCode(int code, String reason) {
    Attempt attempt = only(List.of(ended(1, 0, 5, code, true)), false);
    assertThat(attempt.reason()).isEqualTo(reason);
    assertThat(attempt.message())
        .isEqualTo("one\nlast line\nasked to stop, but no checkpoint was written at the stop");
    assertThat(Attempts.failed(attempt)).isFalse();
    assertThat(Attempts.failed(only(List.of(ended(1, 0, 5, code, false)), true))).isTrue();
  }

  /** As by the node, because the liveness probe failed: without an account it would never end. */
  @Test
  void stopThatNobodyAskedForIsAFailure() {
    Attempt attempt = only(List.of(ended(1, 0, 5, 12, false)), true);
    assertThat(attempt.reason()).isEqualTo("Terminated");
    assertThat(attempt.message()).contains("not by the operator", "liveness probe");
    assertThat(Attempts.failed(attempt)).isTrue();
  }

  /** The JVM is the first process of its container, so that abort() ends it with 127. */
  @Test
  void crashInNativeCodeHasItsName() {
    assertThat(only(List.of(ended(1, 0, 5, 127, false)), true).reason()).isEqualTo("Crashed");
  }

  @Test
  void usersMistakeStaysOneWhoeverTookThePodAway() {
    assertThat(only(List.of(ended(1, 0, 5, 2, true)), false).reason()).isEqualTo("Invalid");
    assertThat(only(List.of(ended(1, 0, 5, 11, true)), true).reason()).isEqualTo("OutOfMemory");
  }

  @Test
  void podThatVanishedUnseenIsNoFailure() {
    Attempt attempt = only(List.of(), true);
    assertThat(attempt.exitCode()).isEmpty();
    assertThat(attempt.reason()).isEqualTo("Disrupted");
    assertThat(attempt.endedAt()).contains(T0.plusSeconds(99));
    assertThat(Attempts.failed(attempt)).isFalse();
  }

  @Test
  void endedAttemptNeverChanges() {
    Attempt done = Attempt.started(1, T0).ended(T0, 0, "Done");
    assertThat(Attempts.update(List.of(done), List.of(ended(1, 0, 9, 10, false)), T0, true))
        .containsExactly(done);
  }
}
