package dev.xfolds.operator.metrics;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.api.TrainingRunStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a run after a pass.
 *
 * @param plan empty while the run has none, and once it has ended
 * @param heard empty where nobody of this operator ever heard rank 0
 * @param evaluatorAnswers empty where none is wanted now
 */
public record RunNumbers(
    String namespace,
    String run,
    String uid,
    Instant createdAt,
    TrainingRunStatus status,
    Optional<RunPlan> plan,
    Optional<Heard> heard,
    Optional<Boolean> evaluatorAnswers,
    List<Report> reports) {
  public RunNumbers {
    reports = List.copyOf(reports);
  }

  /**
   * What rank 0 said last.
   *
   * @param answers whether it answered when it was last asked
   */
  public record Heard(RunProgress progress, Instant at, boolean answers) {}

  /** Of a run about which its status is all that is known. */
  public static RunNumbers of(
      String namespace, String run, String uid, Instant createdAt, TrainingRunStatus status) {
    return new RunNumbers(
        namespace,
        run,
        uid,
        createdAt,
        status,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }
}
