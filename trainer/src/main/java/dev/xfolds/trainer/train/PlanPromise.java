package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.CostPlan;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.model.Cost;
import java.util.ArrayList;
import java.util.List;

/** Compares what the plan promised with the model that was built. */
final class PlanPromise {

  private PlanPromise() {}

  /**
   * Refuses a model of other cost.
   *
   * @throws TrainerException code 2 naming each figure that differs
   */
  static void check(CostPlan promised, Cost built) {
    List<String> problems = new ArrayList<>();
    equal(problems, "parameters", built.parameters(), promised.getParameters());
    equal(
        problems,
        "trainable_parameters",
        built.trainableParameters(),
        promised.getTrainableParameters());
    equal(
        problems,
        "forward_flops_per_sample",
        built.forwardFlops(),
        promised.getForwardFlopsPerSample());
    equal(
        problems,
        "training_flops_per_sample",
        built.trainingFlops(),
        promised.getTrainingFlopsPerSample());
    if (!problems.isEmpty()) {
      throw TrainerException.invalid(String.join("\n", problems));
    }
  }

  private static void equal(List<String> problems, String field, long built, long promised) {
    if (built != promised) {
      problems.add(
          "cost.%s must be that of the built model (%d), was %d".formatted(field, built, promised));
    }
  }
}
