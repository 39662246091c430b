package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.RunView;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** What status remembers of a run from pass to pass, and from operator to operator. */
final class StatusMemory {
  private StatusMemory() {}

  /** The latest attempts, oldest first. */
  static List<Attempt> attempts(TrainingRunStatus status) {
    return status == null
        ? List.of()
        : status.attempts().stream().map(StatusMemory::attempt).toList();
  }

  /** The counts of a pass that saw nothing of the run. */
  static Observation.Counts counts(TrainingRun run) {
    List<Attempt> known = attempts(run.getStatus());
    return counts(run, known, known, new RunView(Optional.empty(), List.of(), Optional.empty()));
  }

  /**
   * The counts after a pass.
   *
   * @param known attempts before it
   * @param now attempts after it: the same, and new ones behind them
   */
  static Observation.Counts counts(
      TrainingRun run, List<Attempt> known, List<Attempt> now, RunView view) {
    Optional<TrainingRunStatus> status = Optional.ofNullable(run.getStatus());
    int attempts = status.map(TrainingRunStatus::attemptCount).orElse(0);
    int restarts = status.map(TrainingRunStatus::restartCount).orElse(0);
    int jobs = status.map(TrainingRunStatus::jobCount).orElse(0);
    for (int i = known.size(); i < now.size(); i++) {
      restarts += i > 0 && Attempts.failed(now.get(i - 1)) ? 1 : 0;
    }
    return new Observation.Counts(
        run.getMetadata().getGeneration(),
        attempts + now.size() - known.size(),
        restarts,
        Math.max(jobs, view.job().map(RunView.JobView::number).orElse(0)));
  }

  private static Attempt attempt(AttemptStatus status) {
    return new Attempt(
        status.number(),
        Instant.parse(status.startedAt()),
        Optional.ofNullable(status.endedAt()).map(Instant::parse),
        status.exitCode() == null ? OptionalInt.empty() : OptionalInt.of(status.exitCode()),
        Objects.requireNonNullElse(status.reason(), ""),
        Objects.requireNonNullElse(status.node(), ""),
        Objects.requireNonNullElse(status.message(), ""));
  }
}
