package dev.xfolds.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The pods and Jobs of a run, as the caches show them.
 *
 * @param job the newest
 * @param trainerPods that exist, of all Jobs
 * @param evaluator empty if there is none
 */
public record RunView(Optional<JobView> job, List<Pod> trainerPods, Optional<Pod> evaluator) {
  public RunView {
    trainerPods = List.copyOf(trainerPods);
  }

  /**
   * A trainer Job.
   *
   * @param number the end of its name
   * @param suspended whether it is asked to have no pods
   * @param ended whether it will never have pods again
   * @param attempt that its template names, and pods of it may have had; 0 if it names none
   */
  public record JobView(int number, boolean suspended, boolean ended, int attempt) {
    /** Whose template names no attempt. */
    public JobView(int number, boolean suspended, boolean ended) {
      this(number, suspended, ended, 0);
    }
  }

  /**
   * Pods whose process can still write, and is not fenced off: one that is deleted on a lost node
   * may live on, and no attempt waits for it.
   */
  public long livePods(Instant now) {
    return trainerPods.stream()
        .filter(pod -> PodFacts.state(pod) != PodState.ENDED && !PodWaits.overdue(pod, now))
        .count();
  }

  /** State of the newest trainer pod. */
  public PodState trainer() {
    return newest().map(PodFacts::state).orElse(PodState.ABSENT);
  }

  public PodState evaluatorState() {
    return evaluator.map(PodFacts::state).orElse(PodState.ABSENT);
  }

  /**
   * Why pods are not ready; of trainer and evaluator the trainer, unless it is only gated: then it
   * may wait for the evaluator.
   */
  public Optional<Wait> waiting(Instant now) {
    Optional<Wait> trainer = newest().flatMap(pod -> PodWaits.of(pod, "trainer", now));
    return trainer
        .filter(wait -> wait.cause() != WaitCause.SCHEDULING_GATED)
        .or(() -> evaluator.flatMap(pod -> PodWaits.of(pod, "evaluator", now)))
        .or(() -> trainer);
  }

  private Optional<Pod> newest() {
    return trainerPods.stream()
        .max(Comparator.comparing((Pod pod) -> pod.getMetadata().getCreationTimestamp()));
  }
}
