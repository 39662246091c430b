package dev.xfolds.operator.observe;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that status is made of.
 *
 * @param at when it was observed
 * @param attempts all that are known, oldest first
 * @param trainer state of rank 0's pod
 * @param evaluator state of the evaluator's pod
 * @param progress the latest that was heard, also of an earlier attempt
 * @param reports of the evaluator; empty until they were listed
 */
public record Observation(
    RunPlan plan,
    Instant at,
    List<Attempt> attempts,
    PodState trainer,
    PodState evaluator,
    Optional<RunProgress> progress,
    List<Report> reports,
    Verdict verdict) {
  public Observation {
    attempts = List.copyOf(attempts);
    reports = List.copyOf(reports);
  }
}
