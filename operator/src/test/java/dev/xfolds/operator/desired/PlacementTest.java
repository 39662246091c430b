package dev.xfolds.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.SchedulingSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlacementTest {
  private static final Job JOB =
      TrainerJob.of(Plans.phantom("a"), ClusterSettings.ofOneMachine(), 1, 7);

  private static Job place(String queue, String priority) {
    return Placement.of(JOB, new SchedulingSpec(null, List.of(), null, queue, priority));
  }

  private static Pod pod(Job job) {
    return new PodBuilder().withSpec(job.getSpec().getTemplate().getSpec()).build();
  }

  @Test
  void runThatSaysNothingGetsThePlainJob() {
    assertThat(Placement.of(JOB, null)).isEqualTo(JOB);
    assertThat(place(null, null)).isEqualTo(JOB);
    assertThat(Placement.holds(pod(JOB))).isFalse();
  }

  @Test
  void queuedJobIsBornSuspendedAndItsPodsWaitForTheirAttempt() {
    Job queued = place("gpus", "high");
    assertThat(queued.getSpec().getSuspend()).isTrue();
    assertThat(queued.getMetadata().getLabels())
        .containsEntry("kueue.x-k8s.io/queue-name", "gpus")
        .containsEntry("kueue.x-k8s.io/priority-class", "high")
        .containsAllEntriesOf(JOB.getMetadata().getLabels());
    assertThat(Placement.holds(pod(queued))).isTrue();
    assertThat(queued.getSpec().getTemplate().getMetadata().getAnnotations())
        .doesNotContainKey(RunNames.ATTEMPT_ANNOTATION);
    assertThat(queued.getSpec().getTemplate().getSpec().getPriorityClassName()).isNull();
  }

  @Test
  void priorityWithoutAQueueIsThatOfThePods() {
    Job placed = place(null, "high");
    assertThat(placed.getSpec().getTemplate().getSpec().getPriorityClassName()).isEqualTo("high");
    assertThat(placed.getSpec().getSuspend()).isNull();
    assertThat(placed.getMetadata().getLabels()).isEqualTo(JOB.getMetadata().getLabels());
  }
}
