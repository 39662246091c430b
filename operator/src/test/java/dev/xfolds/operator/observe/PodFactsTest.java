package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class PodFactsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private static Pod terminated(int code, String reason, String message) {
    return new PodBuilder()
        .withNewMetadata()
        .withCreationTimestamp(T0.toString())
        .endMetadata()
        .withNewStatus()
        .withPhase("Failed")
        .addNewContainerStatus()
        .withRestartCount(0)
        .withNewState()
        .withTerminated(
            new ContainerStateTerminatedBuilder()
                .withExitCode(code)
                .withReason(reason)
                .withMessage(message)
                .withFinishedAt(T0.plusSeconds(9).toString())
                .build())
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }

  @Test
  void killForLackOfMemoryCountsAsEleven() {
    assertThat(PodFacts.ending(terminated(137, "OOMKilled", null)))
        .contains(new Ending(T0.plusSeconds(9), OptionalInt.of(11), false, ""));
    assertThat(PodFacts.ending(terminated(137, "Error", " killed\n")))
        .contains(new Ending(T0.plusSeconds(9), OptionalInt.of(137), false, "killed"));
  }

  /** The kubelet makes 137 up, and says no time. */
  @Test
  void containerThatTheNodeHasLostHasNoCodeAndCountsAsTakenAway() {
    Pod lost = terminated(137, "ContainerStatusUnknown", "The container could not be located");
    lost.getStatus()
        .getContainerStatuses()
        .getFirst()
        .getState()
        .getTerminated()
        .setFinishedAt(null);
    assertThat(PodFacts.ending(lost))
        .contains(new Ending(T0, OptionalInt.empty(), true, "The container could not be located"));
  }

  @Test
  void whyAPodWasTakenIsKeptBesideItsLastLines() {
    Pod evicted = terminated(137, "Error", "step 40");
    evicted.getStatus().setReason("Evicted");
    evicted.getStatus().setMessage("Usage of EmptyDir volume \"tmp\" exceeds the limit \"1Gi\".");
    Ending ending = PodFacts.ending(evicted).orElseThrow();
    assertThat(ending.whyTaken())
        .isEqualTo("Usage of EmptyDir volume \"tmp\" exceeds the limit \"1Gi\".");
    assertThat(ending.lastLines()).isEqualTo("step 40");
  }

  @Test
  void podThatTheNodeRefusedHasNoCodeAndCountsAsTakenAway() {
    Pod refused =
        new PodBuilder()
            .withNewMetadata()
            .withCreationTimestamp(T0.toString())
            .endMetadata()
            .withNewStatus()
            .withPhase("Failed")
            .withReason("Evicted")
            .withMessage("The node was low on resource: memory")
            .endStatus()
            .build();
    assertThat(PodFacts.state(refused)).isEqualTo(PodState.ENDED);
    assertThat(PodFacts.ending(refused))
        .contains(
            new Ending(T0, OptionalInt.empty(), true, "The node was low on resource: memory"));
  }

  @Test
  void drainedAndDeletedPodsAreDisrupted() {
    Pod drained =
        terminated(143, "Error", "")
            .edit()
            .editStatus()
            .addNewCondition()
            .withType("DisruptionTarget")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build();
    Pod deleted =
        terminated(143, "Error", "")
            .edit()
            .editMetadata()
            .withDeletionTimestamp(T0.toString())
            .endMetadata()
            .build();
    assertThat(PodFacts.disrupted(drained)).isTrue();
    assertThat(PodFacts.disrupted(deleted)).isTrue();
    assertThat(PodFacts.disrupted(terminated(143, "Error", ""))).isFalse();
  }

  @Test
  void podIsTakenAwaySinceSomebodyAskedNotSinceItsGracePeriodIsOver() {
    Pod deleted =
        terminated(12, "Error", "")
            .edit()
            .editMetadata()
            .withDeletionTimestamp(T0.plusSeconds(35).toString())
            .withDeletionGracePeriodSeconds(30L)
            .endMetadata()
            .build();
    assertThat(PodFacts.takenAt(deleted)).contains(T0.plusSeconds(5));
    assertThat(PodFacts.ending(deleted).orElseThrow().takenAt()).contains(T0.plusSeconds(5));
    Pod evicted =
        deleted
            .edit()
            .editStatus()
            .addNewCondition()
            .withType("DisruptionTarget")
            .withStatus("True")
            .withLastTransitionTime(T0.plusSeconds(4).toString())
            .endCondition()
            .endStatus()
            .build();
    assertThat(PodFacts.takenAt(evicted)).contains(T0.plusSeconds(4));
    assertThat(PodFacts.takenAt(terminated(12, "Error", ""))).isEmpty();
  }

  @Test
  void stateFollowsProbesAndProcess() {
    assertThat(PodFacts.state(new PodBuilder().build())).isEqualTo(PodState.STARTING);
    assertThat(PodFacts.state(running(true, "True"))).isEqualTo(PodState.READY);
    assertThat(PodFacts.state(running(true, "False"))).isEqualTo(PodState.NOT_READY);
    assertThat(PodFacts.state(running(false, "False"))).isEqualTo(PodState.STARTING);
    assertThat(PodFacts.ending(running(true, "True"))).isEmpty();
  }

  private static Pod running(boolean started, String ready) {
    return new PodBuilder()
        .withNewStatus()
        .withPhase("Running")
        .addNewContainerStatus()
        .withStarted(started)
        .endContainerStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready)
        .endCondition()
        .endStatus()
        .build();
  }
}
