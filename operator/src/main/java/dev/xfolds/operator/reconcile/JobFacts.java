package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.observe.RunView.JobView;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Set;

/** A trainer Job as the decision needs it. */
final class JobFacts {
  /** FailureTarget: the Job will fail, and waits for pods that may be on a dead node. */
  private static final Set<String> FINAL = Set.of("Complete", "Failed", "FailureTarget");

  private JobFacts() {}

  static JobView of(Job job) {
    String name = job.getMetadata().getName();
    boolean ended =
        job.getStatus() != null
            && job.getStatus().getConditions().stream()
                .anyMatch(
                    condition ->
                        FINAL.contains(condition.getType())
                            && condition.getStatus().equals("True"));
    return new JobView(
        Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)),
        Boolean.TRUE.equals(job.getSpec().getSuspend()),
        ended);
  }
}
