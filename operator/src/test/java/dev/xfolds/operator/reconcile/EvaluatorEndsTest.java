package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EvaluatorEndsTest {
  private static final Instant NOW = Instant.parse("2026-01-08T00:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static ContainerStateTerminated end(int code, Duration ago) {
    return new ContainerStateTerminatedBuilder()
        .withExitCode(code)
        .withMessage("last")
        .withStartedAt(NOW.minus(ago).toString())
        .build();
  }

  /** Started again after an end, in a loop if it is not ready. */
  private static Pod again(int code, int restarts, boolean ready) {
    return again(code, restarts, ready, MINUTE, MINUTE.multipliedBy(6));
  }

  /**
   * Started again after an end.
   *
   * @param began how long ago the run began that ended last
   * @param since how long ago it became what it is, ready or not
   */
  private static Pod again(int code, int restarts, boolean ready, Duration began, Duration since) {
    return new PodBuilder()
        .withNewStatus()
        .withPhase("Running")
        .addNewContainerStatus()
        .withRestartCount(restarts)
        .withNewLastState()
        .withTerminated(end(code, began))
        .endLastState()
        .endContainerStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .withLastTransitionTime(NOW.minus(since).toString())
        .endCondition()
        .endStatus()
        .withNewMetadata()
        .endMetadata()
        .build();
  }

  private static Optional<Verdict.Failed> forGood(Pod pod) {
    return EvaluatorEnds.forGood(new RunView(Optional.empty(), List.of(), Optional.of(pod)), NOW);
  }

  @Test
  void usersMistakeIsFinalAtOnce() {
    assertThat(forGood(again(2, 1, false)))
        .contains(
            new Verdict.Failed(
                "EvaluatorInvalid", "the evaluator ended with exit code 2: last", true));
  }

  @Test
  void killedEvaluatorIsStartedAgainSomeTimes() {
    assertThat(forGood(again(137, 5, false))).isEmpty();
    assertThat(forGood(again(137, 6, false)))
        .contains(
            new Verdict.Failed(
                "EvaluatorKilled",
                "the evaluator ended with exit code 137, 6 restarts were tried and it has not been"
                    + " ready for 5 min: last",
                false));
  }

  @Test
  void evaluatorThatIsReadyAgainIsForgivenEveryEnd() {
    assertThat(forGood(again(137, 60, true))).isEmpty();
  }

  @Test
  void evaluatorThatEndsOnceADayIsStartedAgainEachDay() {
    Duration day = Duration.ofDays(1);
    assertThat(forGood(again(137, 7, false, day, MINUTE))).isEmpty();
    assertThat(forGood(again(137, 7, false, day, MINUTE.multipliedBy(6))))
        .as("it reads its data for long")
        .isEmpty();
  }

  @Test
  void endThatFollowsALongLifeIsTheFirstInARow() {
    assertThat(forGood(again(137, 8, false, MINUTE, MINUTE.multipliedBy(2)))).isEmpty();
  }

  @Test
  void missedProbeLongAfterManyEndsIsNone() {
    assertThat(forGood(again(137, 8, false, Duration.ofDays(3), MINUTE.multipliedBy(6)))).isEmpty();
  }

  @Test
  void evictedEvaluatorGoesOnAsAnotherPod() {
    Pod evicted =
        new PodBuilder()
            .withNewMetadata()
            .withCreationTimestamp("2026-01-01T00:00:00Z")
            .endMetadata()
            .withNewStatus()
            .withPhase("Failed")
            .withReason("Evicted")
            .endStatus()
            .build();
    assertThat(forGood(evicted)).isEmpty();
  }
}
