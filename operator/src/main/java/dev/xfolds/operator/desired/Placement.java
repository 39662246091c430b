package dev.xfolds.operator.desired;

import dev.xfolds.operator.api.SchedulingSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;

/**
 * What {@code spec.scheduling} adds to a trainer Job. A queued one is born suspended, and its pods
 * are held by a scheduling gate: whoever resumes the Job, no pod of it starts before the operator
 * has given it the number of its attempt.
 */
public final class Placement {
  /** Holds a pod that has no attempt yet. */
  public static final String GATE = "xfolds.dev/attempt";

  public static final String QUEUE_LABEL = "kueue.x-k8s.io/queue-name";
  public static final String PRIORITY_LABEL = "kueue.x-k8s.io/priority-class";

  private Placement() {}

  /**
   * The Job where and when its run is to be.
   *
   * @param scheduling null where the run says nothing
   */
  public static Job of(Job job, SchedulingSpec scheduling) {
    if (scheduling == null) {
      return job;
    }
    JobBuilder builder = new JobBuilder(job);
    String priority = scheduling.priorityClass();
    if (scheduling.queue() == null) {
      return builder
          .editSpec()
          .editTemplate()
          .editSpec()
          .withPriorityClassName(priority)
          .endSpec()
          .endTemplate()
          .endSpec()
          .build();
    }
    builder.editMetadata().addToLabels(QUEUE_LABEL, scheduling.queue()).endMetadata();
    if (priority != null) {
      builder.editMetadata().addToLabels(PRIORITY_LABEL, priority).endMetadata();
    }
    return builder
        .editSpec()
        .withSuspend(true)
        .editTemplate()
        .editMetadata()
        .removeFromAnnotations(RunNames.ATTEMPT_ANNOTATION)
        .endMetadata()
        .editSpec()
        .addNewSchedulingGate(GATE)
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  /** Whether a pod waits for the number of its attempt. */
  public static boolean holds(Pod pod) {
    return pod.getSpec().getSchedulingGates().stream()
        .anyMatch(gate -> gate.getName().equals(GATE));
  }
}
