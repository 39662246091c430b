package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.RunPlan;
import java.util.stream.Stream;

/** What only the evaluator may see: the operator's configuration says which claim it is. */
final class Volumes {
  private Volumes() {}

  /**
   * Keeps stored answers from trainers.
   *
   * @param evaluations the claim that evaluators keep them in
   * @throws PlanKeeper.Taken if a trainer of the run would mount it
   */
  static void check(RunPlan plan, String evaluations) {
    Stream.concat(
            Stream.of("spec.checkpoint.volume")
                .filter(_ -> plan.getCheckpoint().getVolume().equals(evaluations)),
            plan.getDataList().stream()
                .filter(data -> data.getVolume().equals(evaluations))
                .map(DataPlan::getName)
                .map("spec.data, volume of %s"::formatted))
        .findFirst()
        .ifPresent(
            field -> {
              throw new PlanKeeper.Taken(
                  "%s: claim %s is for evaluators alone, which keep answers and reports in it; to do: make a TrainingRun that names another"
                      .formatted(field, evaluations));
            });
  }
}
