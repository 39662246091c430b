package dev.xfolds.trainer.optim;

import dev.xfolds.contract.v1.AdamPlan;

/**
 * What every rule of Adam's family is told beside the learning rate.
 *
 * @param beta1 how much of the first moment stays at each step
 * @param beta2 the same of the second, or of the infinity norm
 * @param epsilon beside which the denominator is never smaller
 * @param decay of weights; how it is applied is the rule's
 */
record Moments(double beta1, double beta2, double epsilon, double decay) {

  Moments {
    Rule.checkBelowOne("beta1", beta1);
    Rule.checkBelowOne("beta2", beta2);
    Rule.checkNotNegative("epsilon", epsilon);
    Rule.checkNotNegative("weight decay", decay);
  }

  static Moments of(AdamPlan plan) {
    return new Moments(plan.getBeta1(), plan.getBeta2(), plan.getEpsilon(), plan.getWeightDecay());
  }
}
