package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.RunView.JobView;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A trainer Job as the decision needs it. */
final class JobFacts {
  /** FailureTarget: the Job will fail, and waits for pods that may be on a dead node. */
  private static final Set<String> FINAL = Set.of("Complete", "Failed", "FailureTarget");

  /** Within it the Job controller makes the pods of a Job, if nothing keeps it from that. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private JobFacts() {}

  /** Whether the operator gives a run's Jobs such a name: a copy by hand is none of them. */
  static boolean isOurs(RunNames names, String name) {
    return RunNames.number(name.substring(name.lastIndexOf('-') + 1)).stream()
        .anyMatch(number -> name.equals(names.trainerJob(number)));
  }

  /** What a decision needs of a Job that {@link #isOurs}. */
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
        ended,
        attempt(job));
  }

  private static int attempt(Job job) {
    return Optional.ofNullable(job.getSpec().getTemplate())
        .map(PodTemplateSpec::getMetadata)
        .map(ObjectMeta::getAnnotations)
        .map(annotations -> annotations.get(RunNames.ATTEMPT_ANNOTATION))
        .map(annotation -> RunNames.number(annotation).orElse(0))
        .orElse(0);
  }

  /** Whether it may have pods, and some or all have been missing since its start some time ago. */
  static boolean podless(Job job, Instant now) {
    JobStatus status = job.getStatus();
    JobView view = of(job);
    return !view.suspended()
        && !view.ended()
        && job.getMetadata().getDeletionTimestamp() == null
        && status != null
        && status.getStartTime() != null
        && now.isAfter(Instant.parse(status.getStartTime()).plus(PATIENCE))
        && pods(job) < Math.max(1, wanted(job));
  }

  /** Pods that it has or had, as its status tells. */
  static int pods(Job job) {
    JobStatus status = job.getStatus();
    return Stream.of(
            status.getActive(), status.getTerminating(), status.getFailed(), status.getSucceeded())
        .filter(Objects::nonNull)
        .mapToInt(Integer::intValue)
        .sum();
  }

  /** Pods that it is to have. */
  static int wanted(Job job) {
    return Objects.requireNonNullElse(job.getSpec().getParallelism(), 1);
  }
}
