package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.TrainerJob;

/** What only the evaluator may see: the operator's configuration says which claim it is. */
final class Volumes {
  private Volumes() {}

  /**
   * Keeps stored answers from trainers.
   *
   * @param evaluations the claim that evaluators keep them in
   * @throws Refusal if a trainer of the run would mount it
   */
  static void check(RunPlan plan, String evaluations) {
    if (TrainerJob.claims(plan).contains(evaluations)) {
      throw new Refusal(
          "spec: a trainer would mount claim %s, which is for evaluators alone: they keep answers and reports in it; to do: make a TrainingRun that names another claim"
              .formatted(evaluations));
    }
  }
}
