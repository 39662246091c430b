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
    assertThat(attempt.message()).isEqualTo("worker 1: one\nlast line");
    assertThat(Attempts.failed(attempt)).isTrue();
  }

  private static TrainerPod rank(int rank, String node, Optional<Ending> ending) {
    return new TrainerPod(1, rank, T0, node, ending);
  }

  private static Optional<Ending> plain(int second, int code) {
    return Optional.of(
        new Ending(T0.plusSeconds(second), OptionalInt.of(code), Optional.empty(), "why"));
  }

  /** As of a pod that is asked to go at one second and has gone at another. */
  private static Optional<Ending> taken(int asked, int second, int code) {
    return Optional.of(
        new Ending(
            T0.plusSeconds(second),
            OptionalInt.of(code),
            Optional.of(T0.plusSeconds(asked)),
            "why"));
  }

  @Test
  void rankThatLostAnotherIsNotTheCauseHoweverSoonItIsSeen() {
    Attempt attempt =
        only(
            List.of(
                rank(0, "node-a", plain(10, 10)),
                rank(1, "node-b", plain(11, 11)),
                rank(2, "node-c", taken(10, 12, 12))),
            true);
    assertThat(attempt.exitCode()).hasValue(11);
    assertThat(attempt.reason()).isEqualTo("OutOfMemory");
    assertThat(attempt.node()).isEqualTo("node-b");
    assertThat(attempt.endedAt()).contains(T0.plusSeconds(11));
    assertThat(attempt.message()).isEqualTo("worker 1: why");
  }

  @Test
  void endOfARankThatMayHaveLostAnotherIsWaitedOutForAMoment() {
    List<TrainerPod> pods = List.of(rank(0, "a", plain(10, 10)), rank(1, "b", Optional.empty()));
    List<Attempt> before = List.of(Attempt.started(1, T0).on("a"));
    assertThat(Attempts.update(before, pods, T0.plusSeconds(40), true)).isEqualTo(before);
    Attempt late = Attempts.update(before, pods, T0.plusSeconds(41), true).getFirst();
    assertThat(late.exitCode()).as("the other one hangs").hasValue(10);
    List<TrainerPod> crashed =
        List.of(rank(0, "a", plain(10, 139)), rank(1, "b", Optional.empty()));
    assertThat(Attempts.update(before, crashed, T0.plusSeconds(10), true).getFirst().exitCode())
        .hasValue(139);
  }

  @Test
  void podsOfAFailedJobAreTakenAwayAndNotTheCause() {
    Attempt lostEvaluator =
        only(List.of(rank(0, "a", plain(10, 10)), rank(1, "b", taken(10, 10, 12))), true);
    assertThat(lostEvaluator.reason()).isEqualTo("Retry");
    assertThat(Attempts.failed(lostEvaluator)).isTrue();
    Attempt livenessProbe =
        only(List.of(rank(0, "a", taken(12, 13, 143)), rank(1, "b", plain(12, 12))), true);
    assertThat(livenessProbe.reason()).isEqualTo("Terminated");
    assertThat(Attempts.failed(livenessProbe)).isTrue();
  }

  @Test
  void podThatWasTakenAwayFirstIsTheCauseAndNoFailure() {
    Attempt drained =
        only(List.of(rank(0, "a", plain(10, 10)), rank(1, "b", taken(5, 12, 137))), true);
    assertThat(drained.reason()).isEqualTo("Disrupted");
    assertThat(drained.node()).isEqualTo("b");
    assertThat(Attempts.failed(drained)).isFalse();
    Attempt toldByTheDrained =
        only(List.of(rank(0, "a", plain(10, 12)), rank(1, "b", taken(5, 10, 12))), true);
    assertThat(toldByTheDrained.reason()).isEqualTo("Disrupted");
    Attempt both =
        only(List.of(rank(0, "a", taken(5, 7, 12)), rank(1, "b", taken(5, 6, 12))), true);
    assertThat(both.reason()).isEqualTo("Disrupted");
    Attempt suspended =
        only(List.of(rank(0, "a", taken(5, 7, 12)), rank(1, "b", taken(5, 36, 137))), false);
    assertThat(suspended.reason()).isEqualTo("Stopped");
  }

  /** Another pod of the same rank and attempt is not the one that was lost. */
  @Test
  void podThatVanishedEndsTheAttemptThoughAnotherTookItsPlace() {
    Optional<Ending> unseen =
        Optional.of(
            new Ending(T0.plusSeconds(5), OptionalInt.empty(), Optional.of(T0.plusSeconds(5)), ""));
    List<TrainerPod> pods =
        List.of(
            rank(0, "a", Optional.empty()), rank(1, "b", unseen), rank(1, "c", Optional.empty()));
    assertThat(only(pods, true).reason()).isEqualTo("Disrupted");
    assertThat(only(pods, true).node()).isEqualTo("b");
    assertThat(only(pods, false).reason()).isEqualTo("Stopped");
  }

  @Test
  void attemptIsDoneWhenRankZeroIs() {
    assertThat(
            only(List.of(rank(0, "a", Optional.empty()), rank(1, "b", plain(9, 0))), true)
                .running())
        .isTrue();
    Attempt done = only(List.of(rank(0, "a", plain(10, 0)), rank(1, "b", plain(12, 139))), true);
    assertThat(done.done()).isTrue();
    assertThat(done.node()).isEqualTo("a");
    assertThat(
            only(List.of(rank(0, "a", Optional.empty()), rank(1, "b", plain(9, 139))), true)
                .exitCode())
        .hasValue(139);
    assertThat(only(List.of(rank(1, "b", plain(9, 0))), true).reason())
        .as("rank 0 is gone unseen")
        .isEqualTo("Disrupted");
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

  /** Whose last lines are its progress, of which {@link HeardTest} knows. */
  @Test
  void drainedAttemptHasTheWordsOfTheDrainAndKeepsItsProgress() {
    Ending drained =
        new Ending(
            T0.plusSeconds(5),
            OptionalInt.of(12),
            Optional.of(T0.plusSeconds(4)),
            "Eviction API: evicting",
            "{\"step\":\"7\"}");
    TrainerPod pod = rank(0, "a", Optional.of(drained));
    Attempt attempt = only(List.of(pod), true);
    assertThat(attempt.reason()).isEqualTo("Disrupted");
    assertThat(attempt.message()).isEqualTo("Eviction API: evicting");
    assertThat(Heard.atTheEnd(List.of(pod)).orElseThrow().progress().getStep()).isEqualTo(7);
    assertThat(only(List.of(pod), false).message()).as("asked for").isEmpty();
    Ending killed =
        new Ending(
            drained.at(), OptionalInt.of(137), drained.takenAt(), drained.whyTaken(), "step 6");
    assertThat(only(List.of(rank(0, "a", Optional.of(killed))), true).message())
        .isEqualTo("Eviction API: evicting\nstep 6");
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
