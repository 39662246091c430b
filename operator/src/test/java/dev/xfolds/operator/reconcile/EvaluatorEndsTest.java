package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EvaluatorEndsTest {

  private static ContainerStateTerminated end(int code) {
    return new ContainerStateTerminatedBuilder().withExitCode(code).withMessage("last").build();
  }

  /** Started again after an end. */
  private static Pod again(int code, int restarts, boolean ready) {
    return new PodBuilder()
        .withNewStatus()
        .withPhase("Running")
        .addNewContainerStatus()
        .withRestartCount(restarts)
        .withNewLastState()
        .withTerminated(end(code))
        .endLastState()
        .endContainerStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .endStatus()
        .withNewMetadata()
        .endMetadata()
        .build();
  }

  private static Optional<Verdict.Failed> forGood(Pod pod) {
    return EvaluatorEnds.forGood(new RunView(Optional.empty(), List.of(), Optional.of(pod)));
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
                "the evaluator ended with exit code 137, 6 restarts were tried: last",
                false));
  }

  @Test
  void evaluatorThatIsReadyAgainIsForgivenEveryEnd() {
    assertThat(forGood(again(137, 60, true))).isEmpty();
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
