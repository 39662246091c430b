package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodWaitsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private static Pod unscheduled(String reason, String message) {
    return new PodBuilder()
        .withNewMetadata()
        .withCreationTimestamp(T0.toString())
        .endMetadata()
        .withNewStatus()
        .withPhase("Pending")
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason(reason)
        .withMessage(message)
        .endCondition()
        .endStatus()
        .build();
  }

  @Test
  void trainerThatIsGatedHidesNotWhyTheEvaluatorWaits() {
    Pod gated =
        unscheduled("SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");
    Pod evaluator = unscheduled("Unschedulable", "persistentvolumeclaim \"a\" not found");
    assertThat(waits(gated, Optional.of(evaluator))).isEqualTo(WaitCause.CLAIM_MISSING);
    assertThat(waits(gated, Optional.empty())).isEqualTo(WaitCause.SCHEDULING_GATED);
  }

  private static WaitCause waits(Pod trainer, Optional<Pod> evaluator) {
    return new RunView(Optional.empty(), List.of(trainer), evaluator)
        .waiting(T0)
        .orElseThrow()
        .cause();
  }

  private static Pod held(String reason, String message) {
    return new PodBuilder()
        .withNewMetadata()
        .withCreationTimestamp(T0.toString())
        .endMetadata()
        .withNewStatus()
        .withPhase("Pending")
        .addNewContainerStatus()
        .withNewState()
        .withNewWaiting(message, reason)
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }

  @Test
  void fileThatIsNotOnItsClaimIsAmongThoseThatAreNamed() {
    Pod pod =
        new PodBuilder(
                held(
                    "CreateContainerConfigError",
                    "failed to create subPath directory for volumeMount \"data-sets\" of container"
                        + " \"trainer\""))
            .withNewSpec()
            .addNewContainer()
            .addNewVolumeMount()
            .withName("data-sets")
            .withSubPath("rad/none.json")
            .endVolumeMount()
            .addNewVolumeMount()
            .withName("data-sets")
            .withSubPath("rad/images")
            .endVolumeMount()
            .addNewVolumeMount()
            .withName("runs")
            .endVolumeMount()
            .endContainer()
            .addNewVolume()
            .withName("data-sets")
            .withNewPersistentVolumeClaim("sets", true)
            .endVolume()
            .endSpec()
            .build();
    Wait wait = PodWaits.of(pod, "trainer", T0).orElseThrow();
    assertThat(wait.cause()).isEqualTo(WaitCause.CONTAINER_NOT_CREATED);
    assertThat(wait.words())
        .endsWith("; one of these is not on claim sets: rad/none.json, rad/images");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          0/1 nodes are available: persistentvolumeclaim "x" not found. not found  | CLAIM_MISSING
          0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims | CLAIM_UNBOUND
          0/3 nodes are available: 3 Insufficient nvidia.com/gpu. preemption: 0/3  | INSUFFICIENT_RESOURCES
          0/3 nodes are available: 3 node(s) had untolerated taint(s)              | UNSCHEDULABLE
          """)
  void schedulersWordsAreGivenWithTheirCause(String words, WaitCause cause) {
    Wait wait =
        PodWaits.of(unscheduled("Unschedulable", words.strip()), "trainer", T0).orElseThrow();
    assertThat(wait).isEqualTo(new Wait(cause, "trainer", "Unschedulable: " + words.strip()));
    assertThat(wait.text())
        .isEqualTo("trainer: Unschedulable: " + words.strip() + "; to do: " + cause.advice());
  }

  @ParameterizedTest
  @CsvSource({
    "ImagePullBackOff, IMAGE_PULL_FAILED",
    "ErrImageNeverPull, IMAGE_PULL_FAILED",
    "InvalidImageName, IMAGE_PULL_FAILED",
    "CreateContainerConfigError, CONTAINER_NOT_CREATED",
    "CrashLoopBackOff, CRASHING",
    "ContainerCreating, CONTAINER_CREATING"
  })
  void kubeletsWordsAreGivenWithTheirCause(String reason, WaitCause cause) {
    assertThat(PodWaits.of(held(reason, "why"), "evaluator", T0))
        .contains(new Wait(cause, "evaluator", reason + ": why"));
    assertThat(PodWaits.of(held(reason, null), "evaluator", T0))
        .contains(new Wait(cause, "evaluator", reason));
  }

  @Test
  void gatedPodWaitsForWhoeverSetTheGate() {
    assertThat(PodWaits.of(unscheduled("SchedulingGated", null), "trainer", T0))
        .contains(new Wait(WaitCause.SCHEDULING_GATED, "trainer", "SchedulingGated"));
  }

  @Test
  void runningPodWaitsForNothing() {
    Pod running =
        new PodBuilder()
            .withNewMetadata()
            .endMetadata()
            .withNewStatus()
            .withPhase("Running")
            .endStatus()
            .build();
    assertThat(PodWaits.of(running, "trainer", T0)).isEmpty();
  }

  @Test
  void podOfALostNodeHoldsNoAttemptUpAndIsTold() {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withCreationTimestamp(T0.toString())
            .withDeletionTimestamp(T0.plusSeconds(30).toString())
            .endMetadata()
            .withNewSpec()
            .withNodeName("n1")
            .endSpec()
            .withNewStatus()
            .withPhase("Running")
            .endStatus()
            .build();
    RunView view = new RunView(Optional.empty(), List.of(pod), Optional.empty());
    assertThat(view.livePods(T0.plusSeconds(90))).isEqualTo(1);
    assertThat(view.waiting(T0.plusSeconds(90))).isEmpty();
    assertThat(view.livePods(T0.plusSeconds(91))).isZero();
    assertThat(view.waiting(T0.plusSeconds(91)))
        .hasValueSatisfying(
            wait -> {
              assertThat(wait.cause()).isEqualTo(WaitCause.NODE_LOST);
              assertThat(wait.words()).contains("2026-01-01T00:00:30Z", "n1");
            });
  }

  @Test
  void refusalForAQuotaIsToldFromOthers() {
    assertThat(Wait.refused("trainer", "pods \"a\" is forbidden: exceeded quota: q").cause())
        .isEqualTo(WaitCause.QUOTA_EXCEEDED);
    assertThat(Wait.refused("trainer", "pods \"a\" is forbidden: violates PodSecurity").cause())
        .isEqualTo(WaitCause.REFUSED);
  }
}
