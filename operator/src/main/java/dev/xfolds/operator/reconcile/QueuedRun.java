package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.desired.Placement;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.PodFacts;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.PodWaits;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.reconcile.Decision.JobAction;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What to do about a run in a queue. Kueue alone suspends and resumes its Job, and undoes what
 * others do to it; the operator says whether Kueue may, and numbers the pods that come of it.
 */
final class QueuedRun {
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(3);

  private QueuedRun() {}

  /** Goes on with a Job that has not ended. */
  static Decision going(Situation seen, RunView.JobView job, int nextAttempt) {
    QueueView queue = seen.queue().orElseThrow();
    List<Pod> held = held(seen.view());
    List<Pod> numbered =
        seen.view().trainerPods().stream()
            .filter(pod -> !Placement.holds(pod) && PodFacts.state(pod) != PodState.ENDED)
            .filter(pod -> !PodWaits.overdue(pod, seen.now()))
            .toList();
    if (job.suspended()) {
      return numbered.isEmpty() ? waiting(queue) : wait(SOON);
    }
    if (held.isEmpty()) {
      return wait(HEARTBEAT);
    }
    boolean joining =
        !seen.attempts().isEmpty()
            && seen.attempts().getLast().running()
            && numbered.stream().allMatch(QueuedRun::isGoing);
    if (!numbered.isEmpty() && !joining) {
      return wait(SOON);
    }
    int attempt = numbered.isEmpty() ? nextAttempt : seen.attempts().getLast().number();
    boolean evaluator =
        seen.plan().getEvaluationsCount() == 0 || seen.view().evaluatorState() == PodState.READY;
    return new Decision(
        new Verdict.Undecided(),
        evaluator ? Optional.of(new JobAction.Admit(attempt)) : Optional.empty(),
        true,
        Optional.of(SOON));
  }

  /** Makes a Job that joins the queue's end; nothing else of the run is needed before its turn. */
  static Decision join(QueueView queue, JobAction.Create create) {
    return new Decision(waiting(queue).verdict(), Optional.of(create), false, Optional.empty());
  }

  /** Ends or pauses the run once Kueue has taken its pods away and may not give it new ones. */
  static Decision stopping(Situation seen, Verdict verdict) {
    Optional<RunView.JobView> job = seen.view().job().filter(one -> !one.ended());
    Optional<QueueView.Workload> active =
        seen.queue().orElseThrow().workload().filter(QueueView.Workload::active);
    if (job.isPresent() && active.isPresent()) {
      return new Decision(
          Verdict.Stopping.to(verdict),
          Optional.of(new JobAction.Hold(active.get().name())),
          true,
          Optional.of(SOON));
    }
    boolean quiet =
        seen.view().livePods(seen.now()) == 0 && job.filter(one -> !one.suspended()).isEmpty();
    return quiet
        ? new Decision(verdict, Optional.empty(), false, Optional.empty())
        : new Decision(Verdict.Stopping.to(verdict), Optional.empty(), true, Optional.of(SOON));
  }

  /** Attempts that the queue ended are called so. */
  static List<Attempt> preempted(List<Attempt> known, List<Attempt> attempts, RunView view) {
    boolean taken =
        view.job()
            .filter(job -> !job.ended())
            .filter(job -> job.suspended() || !held(view).isEmpty())
            .isPresent();
    if (!taken) {
      return attempts;
    }
    List<Attempt> named = new ArrayList<>(attempts);
    named.replaceAll(
        attempt ->
            !known.contains(attempt) && attempt.reason().equals(Attempts.DISRUPTED)
                ? attempt.because(Attempts.PREEMPTED)
                : attempt);
    return List.copyOf(named);
  }

  /** Pods that wait for the number of their attempt. */
  static List<Pod> held(RunView view) {
    return view.trainerPods().stream().filter(pod -> Placement.holds(pod) && isGoing(pod)).toList();
  }

  /** Lets Kueue have what the operator held, and nothing that somebody else deactivated. */
  private static Decision waiting(QueueView queue) {
    return new Decision(
        queue
            .workload()
            .filter(QueueView.Workload::deactivated)
            .map(workload -> deactivated(queue, workload))
            .orElseGet(() -> queued(queue)),
        queue
            .workload()
            .filter(QueueView.Workload::held)
            .map(workload -> new JobAction.Release(workload.name())),
        false,
        Optional.empty());
  }

  private static Verdict.Waiting deactivated(QueueView queue, QueueView.Workload workload) {
    return new Verdict.Waiting(
        "Deactivated",
        "Kueue or an administrator deactivated Workload %s of queue %s%s; to do: mend the cause, then set spec.active of the Workload to true"
            .formatted(
                workload.name(),
                queue.name(),
                workload.eviction().map(words -> " (" + words + ")").orElse("")));
  }

  private static Verdict.Waiting queued(QueueView queue) {
    return queue.installed()
        ? new Verdict.Waiting(
            "Queued",
            queue
                .workload()
                .map(
                    workload -> "waits in queue %s: %s".formatted(queue.name(), workload.message()))
                .orElseGet(() -> "joins queue " + queue.name()))
        : new Verdict.Waiting(
            "QueueMissing",
            "spec.scheduling.queue must name a queue of Kueue, was %s: this cluster has no kueue.x-k8s.io"
                .formatted(queue.name()));
  }

  private static boolean isGoing(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null;
  }

  private static Decision wait(Duration again) {
    return new Decision(new Verdict.Undecided(), Optional.empty(), true, Optional.of(again));
  }
}
