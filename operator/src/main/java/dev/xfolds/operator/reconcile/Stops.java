package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.api.BudgetSpec;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.status.Compute;
import dev.xfolds.operator.status.Statuses;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a run may not run now. */
final class Stops {
  /** Four digits may be above the number by so much. */
  private static final double ROUNDED_UP = 1 - 5e-4;

  static final String LATE = "DeadlineExceeded";

  private Stops() {}

  static Optional<Situation.Stop> of(
      TrainingRun run, RunPlan plan, Optional<RunProgress> progress, Instant now) {
    TrainingRunSpec spec = run.getSpec();
    Optional<Situation.Stop> budget =
        Optional.ofNullable(spec.budget())
            .flatMap(given -> budget(run, given, plan, progress, now));
    if (budget.isPresent()) {
      return budget;
    }
    boolean suspended =
        spec.scheduling() != null && Boolean.TRUE.equals(spec.scheduling().suspend());
    return suspended
        ? Optional.of(new Situation.Stop("Suspended", "spec.scheduling.suspend is true", false))
        : windows(run, plan).stop(now);
  }

  /**
   * Whether pods that end now were asked to by the operator: by what still holds, or by what it did
   * to their Job for a reason that holds no more, as a suspension that was taken back.
   *
   * @param queue where the run stands in its queue, which suspends its Job for reasons of its own
   */
  static boolean asked(Optional<Situation.Stop> stop, RunView view, Optional<QueueView> queue) {
    boolean suspended =
        queue.isPresent()
            ? queue.flatMap(QueueView::workload).filter(QueueView.Workload::held).isPresent()
            : view.job().filter(RunView.JobView::suspended).isPresent();
    return stop.isPresent() || suspended;
  }

  /** When time alone will be a reason, or be one no more; empty if it never is. */
  static Optional<Duration> until(TrainingRun run, RunPlan plan, Instant now) {
    return Stream.concat(deadline(run).stream(), windows(run, plan).nextEdge(now).stream())
        .map(at -> Duration.between(now, at))
        .filter(Duration::isPositive)
        .min(Comparator.naturalOrder());
  }

  /** Why a run has no plan, or that it has waited for one for too long. */
  static Statuses.Unplanned late(TrainingRun run, Statuses.Unplanned why, Instant now) {
    return why.wrong() || !isLate(run, now)
        ? why
        : new Statuses.Unplanned(LATE, late(run.getSpec().budget()) + "; " + why.message(), true);
  }

  /** Empty if it has none, or it is over. */
  static Optional<Duration> untilDeadline(TrainingRun run, Instant now) {
    return deadline(run).map(at -> Duration.between(now, at)).filter(Duration::isPositive);
  }

  private static boolean isLate(TrainingRun run, Instant now) {
    return deadline(run).filter(at -> !now.isBefore(at)).isPresent();
  }

  private static String late(BudgetSpec budget) {
    return "spec.budget.deadlineSeconds: %d s since its creation are over"
        .formatted(budget.deadlineSeconds());
  }

  private static Windows windows(TrainingRun run, RunPlan plan) {
    return Windows.of(
        run.getSpec().scheduling(), Duration.ofSeconds(plan.getCheckpoint().getGraceSeconds()));
  }

  private static Optional<Situation.Stop> budget(
      TrainingRun run,
      BudgetSpec budget,
      RunPlan plan,
      Optional<RunProgress> progress,
      Instant now) {
    if (isLate(run, now)) {
      return Optional.of(new Situation.Stop(LATE, late(budget), true));
    }
    // Before, an attempt has not read its checkpoint.
    Optional<RunProgress> told = progress.filter(heard -> heard.getTotalSteps() > 0);
    if (budget.maxPfDays() == null || trained(run.getStatus(), told)) {
      return Optional.empty();
    }
    double spent =
        told.map(heard -> Compute.of(plan, heard).spentPfDays())
            .orElseGet(() -> known(run.getStatus()) * ROUNDED_UP);
    return spent <= Double.parseDouble(budget.maxPfDays())
        ? Optional.empty()
        : Optional.of(
            new Situation.Stop(
                "BudgetExceeded",
                "spec.budget.maxPfDays: %.4g counted petaflop-days are spent, steps lost to crashes included; %s were allowed"
                    .formatted(spent, budget.maxPfDays()),
                true));
  }

  /** A run that only evaluates spends no more. */
  private static boolean trained(TrainingRunStatus status, Optional<RunProgress> told) {
    if (told.isPresent()) {
      return told.get().getStep() >= told.get().getTotalSteps();
    }
    return status != null
        && status.progress() != null
        && status.progress().total() > 0
        && status.progress().step() >= status.progress().total();
  }

  /** What an operator before this one wrote down, with four digits. */
  private static double known(TrainingRunStatus status) {
    return status == null || status.compute() == null
        ? 0
        : decimal(status.compute().countedPfDays()) + decimal(status.compute().lostPfDays());
  }

  private static double decimal(String text) {
    return text == null ? 0 : Double.parseDouble(text);
  }

  private static Optional<Instant> deadline(TrainingRun run) {
    return Optional.ofNullable(run.getSpec().budget())
        .map(BudgetSpec::deadlineSeconds)
        .map(
            seconds ->
                Instant.parse(run.getMetadata().getCreationTimestamp()).plusSeconds(seconds));
  }
}
