package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.MemoryShortage;
import dev.xfolds.operator.observe.PodFacts;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.PodWaits;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.reconcile.Decision.JobAction;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to do about a run, as a function of its situation: the same situation always gives the same
 * decision, so that an operator that was stopped anywhere goes on where it was.
 */
final class Decider {
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(3);

  /** Of an attempt that is asked more often. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  /** Within it Kubernetes ends a Job of which a pod has failed. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** For an evaluator that answers nothing, and for a trained run whose deadline is over. */
  private static final Duration REPORTS_TIMEOUT = Duration.ofMinutes(10);

  private final Situation seen;

  private Decider(Situation seen) {
    this.seen = seen;
  }

  static Decision decide(Situation situation) {
    return new Decider(situation).decide();
  }

  /**
   * What to do about a Job that has not ended though its run has. A complete run's Job ends by
   * itself; that of a failed one may have come into sight after the run's end.
   */
  static Optional<JobAction> afterEnd(
      TrainingRunStatus status, RunView.JobView job, Optional<QueueView> queue) {
    if (job.ended() || Admission.failure(status).isEmpty()) {
      return Optional.empty();
    }
    if (queue.isPresent()) {
      return queue
          .flatMap(QueueView::workload)
          .filter(QueueView.Workload::active)
          .map(workload -> new JobAction.Hold(workload.name()));
    }
    return job.suspended() ? Optional.empty() : Optional.of(new JobAction.Suspend(job.number()));
  }

  private Decision decide() {
    if (seen.evaluatorFailed().isPresent()) {
      return stopping(seen.evaluatorFailed().get());
    }
    if (seen.attempts().stream().anyMatch(Attempt::done)) {
      return reports();
    }
    if (seen.stop().isPresent()) {
      Situation.Stop stop = seen.stop().get();
      return stopping(
          stop.forGood()
              ? new Verdict.Failed(stop.reason(), stop.message(), false)
              : new Verdict.Stopped(stop.reason(), stop.message()));
    }
    Optional<RunView.JobView> job = seen.view().job().filter(one -> !one.ended());
    if (job.isEmpty()) {
      return seen.view().livePods(seen.now()) > 0 ? wait(SOON) : next();
    }
    if (seen.queue().isPresent()) {
      return QueuedRun.going(seen, job.get(), nextAttempt());
    }
    Optional<Attempt> gaveUp = Gang.gaveUp(seen.attempts());
    if (!job.get().suspended()) {
      return (gaveUp.isPresent() && seen.view().livePods(seen.now()) > 0) || isOutlived()
          ? suspend(job.get(), new Verdict.Undecided())
          : wait(heartbeat());
    }
    if (seen.view().livePods(seen.now()) > 0) {
      return wait(SOON);
    }
    if (gaveUp.isPresent() && seen.now().isBefore(Gang.again(seen.attempts()))) {
      return waitForNodes(gaveUp.get());
    }
    return whenEvaluatorIsReady(new JobAction.Resume(job.get().number(), nextAttempt()));
  }

  /**
   * Whether pods of an attempt that is over go on in a Job that has not failed: it made another pod
   * in the place of one that vanished, with the number of the same attempt. All of them have to go.
   */
  private boolean isOutlived() {
    if (seen.attempts().isEmpty()) {
      return false;
    }
    Attempt last = seen.attempts().getLast();
    return last.endedAt().filter(end -> seen.now().isAfter(end.plus(PATIENCE))).isPresent()
        && seen.view().trainerPods().stream()
            .filter(pod -> PodFacts.ending(pod).isEmpty())
            .filter(pod -> !PodWaits.overdue(pod, seen.now()))
            .flatMap(pod -> PodSource.trainer(pod).stream())
            .anyMatch(pod -> pod.attempt() == last.number());
  }

  /** Training is done: the run is complete when the evaluator has every report. */
  private Decision reports() {
    List<String> tasks =
        seen.plan().getEvaluationsList().stream().map(EvaluationPlan::getTask).toList();
    if (tasks.isEmpty()) {
      return end(new Verdict.Succeeded());
    }
    if (seen.reports().isPresent()) {
      List<String> missing =
          tasks.stream().filter(task -> !hasReport(seen.reports().get(), task)).toList();
      return end(
          missing.isEmpty()
              ? new Verdict.Succeeded()
              : new Verdict.Failed(
                  "ReportMissing",
                  "the trainer ended with exit code 0, but the evaluator has no report on "
                      + String.join(", ", missing),
                  false));
    }
    if (seen.evaluatorSilentSince()
        .filter(since -> seen.now().isAfter(since.plus(REPORTS_TIMEOUT)))
        .isPresent()) {
      return end(
          new Verdict.Failed(
              "EvaluatorSilent",
              "the evaluator is ready and did not list its reports within %d s"
                  .formatted(REPORTS_TIMEOUT.toSeconds()),
              false));
    }
    return seen.stop().filter(stop -> stop.reason().equals(Stops.LATE)).isPresent()
            && seen.reportsWantedSince()
                .filter(since -> seen.now().isAfter(since.plus(REPORTS_TIMEOUT)))
                .isPresent()
        ? end(late(seen.stop().get()))
        : wait(SOON);
  }

  private static Verdict.Failed late(Situation.Stop stop) {
    return new Verdict.Failed(
        stop.reason(),
        stop.message() + "; training is done, the evaluator's reports have not come",
        false);
  }

  private static boolean hasReport(List<Report> reports, String task) {
    return reports.stream().anyMatch(report -> report.getTask().equals(task));
  }

  /** Ends or pauses the run once no process of it can write any more. */
  private Decision stopping(Verdict verdict) {
    if (seen.queue().isPresent()) {
      return QueuedRun.stopping(seen, verdict);
    }
    Optional<RunView.JobView> job = seen.view().job().filter(one -> !one.ended());
    if (job.isPresent() && !job.get().suspended()) {
      return suspend(job.get(), Verdict.Stopping.to(verdict));
    }
    return seen.view().livePods(seen.now()) > 0
        ? new Decision(Verdict.Stopping.to(verdict), Optional.empty(), true, Optional.of(SOON))
        : end(verdict);
  }

  private static Decision suspend(RunView.JobView job, Verdict meanwhile) {
    return new Decision(
        meanwhile, Optional.of(new JobAction.Suspend(job.number())), true, Optional.of(SOON));
  }

  private Decision waitForNodes(Attempt gaveUp) {
    Instant again = Gang.again(seen.attempts());
    return new Decision(
        new Verdict.Waiting(
            Gang.TIMEOUT,
            "%s; its hardware is given back, the next attempt is at %s"
                .formatted(gaveUp.message(), again.truncatedTo(ChronoUnit.SECONDS))),
        Optional.empty(),
        false,
        Optional.of(Duration.between(seen.now(), again)));
  }

  private Decision waitForCalm(Instant until) {
    Attempt last = seen.attempts().getLast();
    return new Decision(
        new Verdict.Waiting(
            Attempts.DISRUPTED,
            "attempt %d was taken away within a minute%s; the next one is at %s"
                .formatted(last.number(), detail(last), until.truncatedTo(ChronoUnit.SECONDS))),
        Optional.empty(),
        true,
        Optional.of(Duration.between(seen.now(), until)));
  }

  /** There is no Job that could go on: makes one, unless the last attempt says otherwise. */
  private Decision next() {
    Optional<Instant> calm = Disruptions.over(seen.attempts()).filter(seen.now()::isBefore);
    if (calm.isPresent()) {
      return waitForCalm(calm.get());
    }
    if (seen.attempts().isEmpty() || !Attempts.failed(seen.attempts().getLast())) {
      return another();
    }
    Attempt last = seen.attempts().getLast();
    int code = last.exitCode().orElseThrow();
    int outOfMemory =
        (int)
            seen.attempts().stream()
                .filter(Attempts::failed)
                .filter(one -> one.exitCode().getAsInt() == ExitCode.OUT_OF_MEMORY_VALUE)
                .count();
    return switch (seen.policy().decide(code, seen.restarts() + 1, outOfMemory)) {
      case RestartPolicy.Decision.Done() -> throw new IllegalStateException("a failure is no end");
      case RestartPolicy.Decision.GiveUp(String reason, String message, boolean users) ->
          end(new Verdict.Failed(reason, "the trainer failed: " + message + detail(last), users));
      case RestartPolicy.Decision.Restart(Duration after, String reason) -> {
        Duration left = Duration.between(seen.now(), last.endedAt().orElseThrow().plus(after));
        if (left.isNegative() || left.isZero()) {
          yield another();
        }
        yield new Decision(
            new Verdict.BackingOff(
                seen.restarts() + 1,
                seen.policy().maxRestarts(),
                "trainer ended with exit code %d (%s), restart %d of %d after %d s%s"
                    .formatted(
                        code,
                        reason,
                        seen.restarts() + 1,
                        seen.policy().maxRestarts(),
                        after.toSeconds(),
                        detail(last))),
            Optional.empty(),
            true,
            Optional.of(left));
      }
    };
  }

  private Decision another() {
    JobAction.Create create = new JobAction.Create(seen.lastJob() + 1, nextAttempt());
    return seen.queue()
        .map(queue -> QueuedRun.join(queue, create))
        .orElseGet(() -> whenEvaluatorIsReady(create));
  }

  private Decision whenEvaluatorIsReady(JobAction action) {
    boolean ready =
        seen.plan().getEvaluationsCount() == 0 || seen.view().evaluatorState() == PodState.READY;
    return new Decision(
        new Verdict.Undecided(),
        ready ? Optional.of(action) : Optional.empty(),
        true,
        Optional.of(HEARTBEAT));
  }

  /**
   * Above every number that a pod may have had: also one that came and went before any status was
   * written has left it in its Job. Pods that exist are in the account already.
   */
  private int nextAttempt() {
    int last = seen.attempts().isEmpty() ? 0 : seen.attempts().getLast().number();
    int named = seen.view().job().map(RunView.JobView::attempt).orElse(0);
    return Math.max(last, named) + 1;
  }

  /** Whoever has just started a run looks whether it works. */
  private Duration heartbeat() {
    return seen.attempts().stream()
            .anyMatch(one -> one.running() && one.startedAt().plus(YOUNG).isAfter(seen.now()))
        ? SOON
        : HEARTBEAT;
  }

  private static Decision wait(Duration again) {
    return new Decision(new Verdict.Undecided(), Optional.empty(), true, Optional.of(again));
  }

  private static Decision end(Verdict verdict) {
    return new Decision(verdict, Optional.empty(), false, Optional.empty());
  }

  /** Of an attempt that ended otherwise than done. */
  private String detail(Attempt attempt) {
    boolean memory = attempt.exitCode().equals(OptionalInt.of(ExitCode.OUT_OF_MEMORY_VALUE));
    return memory
        ? "; " + MemoryShortage.text(seen.plan(), seen.view().trainerPods())
        : lastLine(attempt);
  }

  private static String lastLine(Attempt attempt) {
    String text = attempt.message().strip();
    return text.isEmpty() ? "" : ": " + text.substring(text.lastIndexOf('\n') + 1);
  }
}
