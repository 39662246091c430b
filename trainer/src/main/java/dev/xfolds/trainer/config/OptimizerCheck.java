package dev.xfolds.trainer.config;

import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.SgdPlan;

/** What a plan may ask of an optimizer. */
final class OptimizerCheck {

  private static final String FIELD = "training.optimizer";

  private OptimizerCheck() {}

  static void check(Problems problems, OptimizerPlan plan) {
    switch (plan.getKindCase()) {
      case ADAM -> adam(problems, FIELD + ".adam", plan.getAdam());
      case ADAMW -> adam(problems, FIELD + ".adamw", plan.getAdamw());
      case ADAMAX -> adam(problems, FIELD + ".adamax", plan.getAdamax());
      case ADAMW8BIT -> adam(problems, FIELD + ".adamw8bit", plan.getAdamw8Bit());
      case SGD -> sgd(problems, plan.getSgd());
      case KIND_NOT_SET ->
          problems.require(false, FIELD, "adam, adamw, adamax, adamw8bit or sgd", "absent");
    }
  }

  private static void adam(Problems problems, String field, AdamPlan adam) {
    problems.positive(field + ".learning_rate", adam.getLearningRate());
    problems.fraction(field + ".beta1", adam.getBeta1());
    problems.fraction(field + ".beta2", adam.getBeta2());
    problems.positive(field + ".epsilon", adam.getEpsilon());
    problems.notNegative(field + ".weight_decay", adam.getWeightDecay());
  }

  private static void sgd(Problems problems, SgdPlan sgd) {
    problems.positive(FIELD + ".sgd.learning_rate", sgd.getLearningRate());
    problems.fraction(FIELD + ".sgd.momentum", sgd.getMomentum());
    problems.notNegative(FIELD + ".sgd.weight_decay", sgd.getWeightDecay());
    problems.require(
        !sgd.getNesterov() || sgd.getMomentum() > 0,
        FIELD + ".sgd.nesterov",
        "false without momentum",
        sgd.getNesterov());
  }
}
