package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Attempts.TrainerPod;
import dev.xfolds.operator.observe.Ending;
import dev.xfolds.operator.observe.RunView;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ViewsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Pod DELETED =
      new PodBuilder()
          .withNewMetadata()
          .withCreationTimestamp(T0.toString())
          .withDeletionTimestamp(T0.plusSeconds(20).toString())
          .withLabels(Map.of(RunNames.COMPONENT_LABEL, RunNames.TRAINER))
          .withAnnotations(Map.of(RunNames.ATTEMPT_ANNOTATION, "1"))
          .endMetadata()
          .withNewSpec()
          .withNodeName("gone")
          .endSpec()
          .withNewStatus()
          .withPhase("Running")
          .endStatus()
          .build();

  @Test
  void deletedPodHasEndedWhenItsNodeIsLost() {
    assertThat(at(80).ending()).isEmpty();
    assertThat(at(81).ending())
        .contains(
            new Ending(
                T0.plusSeconds(81),
                OptionalInt.empty(),
                true,
                "node gone has not said how the pod ended; bring it back or delete its Node"));
  }

  @Test
  void podThatIsGoneHasEndedThoughNobodySawHow() {
    Instant now = T0.plusSeconds(25);
    assertThat(PodSource.gone(DELETED, now).flatMap(TrainerPod::ending))
        .contains(new Ending(now, OptionalInt.empty(), Optional.of(T0.plusSeconds(20)), ""));
    Pod killed = DELETED.edit().editMetadata().withDeletionTimestamp(null).endMetadata().build();
    assertThat(PodSource.gone(killed, now).flatMap(TrainerPod::ending))
        .contains(new Ending(now, OptionalInt.empty(), Optional.of(now), ""));
    Pod ended =
        killed
            .edit()
            .editStatus()
            .addNewContainerStatus()
            .withNewState()
            .withNewTerminated()
            .withExitCode(10)
            .withFinishedAt(T0.plusSeconds(9).toString())
            .endTerminated()
            .endState()
            .endContainerStatus()
            .endStatus()
            .build();
    assertThat(PodSource.gone(ended, now).flatMap(TrainerPod::ending).orElseThrow().code())
        .hasValue(10);
  }

  @Test
  void podsOfACopiedJobAreNotTheRuns() {
    assertThat(PodSource.trainer(ownedBy("small-trainer-1"))).isPresent();
    assertThat(PodSource.trainer(ownedBy("small-trainer-debug"))).isEmpty();
    assertThat(PodSource.isNoCopy(ownedBy("small-trainer-1-copy"))).isFalse();
  }

  private static Pod ownedBy(String job) {
    return DELETED
        .edit()
        .editMetadata()
        .addToLabels(RunNames.RUN_LABEL, "small")
        .addNewOwnerReference()
        .withKind("Job")
        .withName(job)
        .endOwnerReference()
        .endMetadata()
        .build();
  }

  private static TrainerPod at(int second) {
    RunView view = new RunView(Optional.empty(), List.of(DELETED), Optional.empty());
    return Views.trainerPods(view, List.of(), T0.plusSeconds(second)).getFirst();
  }
}
