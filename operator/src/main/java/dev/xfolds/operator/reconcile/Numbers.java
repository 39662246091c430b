package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.metrics.RunNumbers;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.Verdict;
import java.time.Instant;
import java.util.Optional;

/** What a pass has found, as the metrics want it. */
final class Numbers {
  private Numbers() {}

  /** Of a run whose pods the operator may have asked. */
  static RunNumbers of(
      TrainingRun run,
      TrainingRunStatus status,
      Observation seen,
      Optional<Conversations.Answers> answers) {
    boolean wanted =
        seen.plan().getEvaluationsCount() > 0
            && (seen.verdict() instanceof Verdict.Undecided
                || seen.verdict() instanceof Verdict.Stopping);
    return new RunNumbers(
        run.getMetadata().getNamespace(),
        run.getMetadata().getName(),
        run.getMetadata().getUid(),
        createdAt(run),
        status,
        Optional.of(seen.plan()),
        seen.heardAt()
            .flatMap(
                at ->
                    seen.progress()
                        .map(
                            progress ->
                                new RunNumbers.Heard(
                                    progress,
                                    at,
                                    answers.filter(Conversations.Answers::trainer).isPresent()))),
        wanted ? answers.map(Conversations.Answers::evaluator) : Optional.empty(),
        seen.reports());
  }

  /** Of a run about which its status is all there is to tell. */
  static RunNumbers of(TrainingRun run, TrainingRunStatus status) {
    return RunNumbers.of(
        run.getMetadata().getNamespace(),
        run.getMetadata().getName(),
        run.getMetadata().getUid(),
        createdAt(run),
        status);
  }

  static Instant createdAt(TrainingRun run) {
    return Instant.parse(run.getMetadata().getCreationTimestamp());
  }
}
