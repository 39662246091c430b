package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RunViewTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private static Pod pod(int job, int rank, int second, String phase, String ready) {
    return new PodBuilder()
        .withNewMetadata()
        .withCreationTimestamp(T0.plusSeconds(second).toString())
        .withLabels(Map.of("batch.kubernetes.io/job-completion-index", Integer.toString(rank)))
        .addNewOwnerReference()
        .withKind("Job")
        .withName("a-trainer-" + job)
        .endOwnerReference()
        .endMetadata()
        .withNewStatus()
        .withPhase(phase)
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready)
        .endCondition()
        .endStatus()
        .build();
  }

  private static Pod unscheduled(int rank, String reason) {
    return pod(2, rank, 9, "Pending", "False")
        .edit()
        .editStatus()
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason(reason)
        .endCondition()
        .endStatus()
        .build();
  }

  private static RunView view(Pod... pods) {
    return new RunView(Optional.empty(), List.of(pods), Optional.empty());
  }

  @Test
  void ranksAreThoseOfTheNewestJobAndOfEachTheNewestPod() {
    assertThat(
            view(
                    pod(2, 1, 9, "Running", "True"),
                    pod(2, 0, 9, "Running", "False"),
                    pod(2, 1, 8, "Failed", "False"),
                    pod(1, 0, 3, "Failed", "False"),
                    pod(1, 2, 3, "Failed", "False"))
                .trainers(3))
        .isEqualTo(new Ranks(List.of(PodState.STARTING, PodState.READY, PodState.ABSENT)));
    assertThat(view().trainers(2)).isEqualTo(Ranks.absent(2));
    assertThat(view(pod(1, 0, 3, "Running", "True")).trainers(1))
        .isEqualTo(Ranks.of(PodState.READY));
  }

  @Test
  void rankThatWaitsIsNamed() {
    Optional<Wait> wait =
        view(pod(2, 0, 9, "Running", "True"), unscheduled(1, "Unschedulable")).waiting(T0);
    assertThat(wait).isPresent();
    assertThat(wait.get().who()).isEqualTo("trainer of worker 1");
    assertThat(view(unscheduled(0, "Unschedulable")).waiting(T0).orElseThrow().who())
        .as("the only one")
        .isEqualTo("trainer");
    assertThat(
            view(unscheduled(0, "SchedulingGated"), unscheduled(1, "Unschedulable"))
                .waiting(T0)
                .orElseThrow()
                .cause())
        .as("it cannot wait for the evaluator")
        .isEqualTo(WaitCause.UNSCHEDULABLE);
  }
}
