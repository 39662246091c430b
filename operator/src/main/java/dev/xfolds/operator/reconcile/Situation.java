package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a decision about a run depends on.
 *
 * @param attempts oldest first, up to date
 * @param restarts failures that another attempt followed, over the whole life of the run
 * @param lastJob highest number that a Job of the run ever had
 * @param stop why the run may not run now; empty if it may
 * @param reports empty while the evaluator does not answer
 * @param evaluatorSilentSince since when a ready evaluator has not answered; empty if it did
 * @param reportsWantedSince since when this operator wants the reports of a run that is trained
 * @param evaluatorFailed why the evaluator will never work; empty if it may
 * @param queue where the run stands in its queue; empty if it names none
 */
record Situation(
    RunPlan plan,
    Instant now,
    RunView view,
    List<Attempt> attempts,
    int restarts,
    int lastJob,
    Optional<Stop> stop,
    RestartPolicy policy,
    Optional<List<Report>> reports,
    Optional<Instant> evaluatorSilentSince,
    Optional<Instant> reportsWantedSince,
    Optional<Verdict.Failed> evaluatorFailed,
    Optional<QueueView> queue) {
  Situation {
    attempts = List.copyOf(attempts);
  }

  /**
   * Why a run has to stop.
   *
   * @param reason one CamelCase word
   * @param forGood whether it never runs again
   */
  record Stop(String reason, String message, boolean forGood) {}
}
