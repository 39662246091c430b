package dev.xfolds.trainer.config;

import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.ParameterGroupPlan;
import dev.xfolds.contract.v1.ParameterKind;
import dev.xfolds.contract.v1.SgdPlan;
import dev.xfolds.contract.v1.TrainingPlan;

/** What a plan may ask of an optimizer, its groups and its average. */
final class OptimizerCheck {

  private static final String FIELD = "training.optimizer";

  private OptimizerCheck() {}

  static void check(Problems problems, TrainingPlan training) {
    optimizer(problems, training.getOptimizer());
    problems.fraction("training.ema_decay", training.getEmaDecay());
    for (int i = 0; i < training.getParameterGroupsCount(); i++) {
      group(problems, "training.parameter_groups[%d]".formatted(i), training.getParameterGroups(i));
    }
  }

  private static void group(Problems problems, String field, ParameterGroupPlan group) {
    problems.require(
        group.getKindsList().stream()
            .noneMatch(
                kind ->
                    kind == ParameterKind.PARAMETER_KIND_UNSPECIFIED
                        || kind == ParameterKind.UNRECOGNIZED),
        field + ".kinds",
        "MATRIX, BIAS, NORM and FACTOR",
        group.getKindsList());
    if (group.hasLearningRate()) {
      problems.notNegative(field + ".learning_rate", group.getLearningRate());
    }
    if (group.hasWeightDecay()) {
      problems.notNegative(field + ".weight_decay", group.getWeightDecay());
    }
  }

  private static void optimizer(Problems problems, OptimizerPlan plan) {
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
