package dev.xfolds.operator.e2e;

import static dev.xfolds.operator.desired.RunNames.TRAINER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.observe.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A run that several ranks train together: in a pod each, and in one pod. */
@Execution(ExecutionMode.CONCURRENT)
final class ParallelRunE2E extends InASpace {
  private static final Map<String, String> TWO_WORKERS =
      Map.of("\nspec:\n", "\nspec:\n  parallelism: {workers: 2}\n");

  private static final Map<String, String> TWO_RANKS =
      Map.of("resources: {", "resources: {gpusPerWorker: 2, ");

  private static String undisturbed;

  /** Weights of the run of two pods that nobody disturbs; it is trained once for both tests. */
  private static synchronized String undisturbed(RunSpace space) {
    if (undisturbed == null) {
      space.apply(RunSpace.small("whole", TWO_WORKERS));
      TrainingRunStatus whole = space.awaitComplete("whole");
      assertThat(RunSpace.reasons(whole)).containsExactly("Done");
      assertThat(whole.compute().assumptions()).startsWith("2 x ");
      undisturbed = RunSpace.weights(whole);
    }
    return undisturbed;
  }

  @Test
  void twoRanksInOnePodEndTheSameAsTwoPods() {
    String expected = undisturbed(space);
    space.apply(RunSpace.small("pod", TWO_RANKS));
    space.awaitStep("pod", EARLY);
    assertThat(space.pods("pod", TRAINER))
        .singleElement()
        .satisfies(
            pod ->
                assertThat(pod.getSpec().getContainers().getFirst().getArgs())
                    .contains("--peers=127.0.0.1:7445,127.0.0.1:7446"));
    TrainingRunStatus status = space.awaitComplete("pod");
    assertThat(status.compute().assumptions()).startsWith("2 x ");
    assertThat(RunSpace.weights(status)).isEqualTo(expected);
    assertThat(RunSpace.reasons(status)).containsExactly("Done");
  }

  @Test
  void runOfTwoPodsEndsTheSameWhenOneOfThemIsTakenAway() {
    String expected = undisturbed(space);
    space.apply(RunSpace.small("small", TWO_WORKERS));
    space.awaitStep("small", EARLY);
    List<Pod> pods =
        space.pods("small", TRAINER).stream()
            .sorted(Comparator.comparingInt(PodFacts::rank))
            .toList();
    assertThat(pods)
        .extracting(pod -> pod.getSpec().getHostname())
        .containsExactly("small-trainer-1-0", "small-trainer-1-1");
    client.resource(pods.getLast()).delete();

    TrainingRunStatus status = space.awaitComplete("small");
    assertThat(RunSpace.weights(status)).isEqualTo(expected);
    assertThat(RunSpace.reasons(status)).containsExactly("Disrupted", "Done");
    assertThat(status.restartCount()).isZero();
    assertThat(space.jobs("small")).extracting(RunSpace::name).contains("small-trainer-2");
  }
}
