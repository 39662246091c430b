package dev.xfolds.trainer.optim;

import dev.xfolds.trainer.tensor.TensorList;
import java.util.List;

/**
 * Stochastic gradient descent by libtorch's fused kernel; the first momentum is the first gradient.
 *
 * @param momentum 0: none
 * @param nesterov whether the gradient is looked at ahead of the momentum
 * @param decay decay x weight is added to the gradient
 */
record SgdRule(double momentum, boolean nesterov, double decay) implements Rule {

  SgdRule {
    Rule.checkBelowOne("momentum", momentum);
    Rule.checkNotNegative("weight decay", decay);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("momentum must be above 0 for Nesterov's, was 0");
    }
  }

  @Override
  public List<Memory> memories() {
    return momentum == 0 ? List.of() : List.of(Memory.like("momentum_buffer"));
  }

  @Override
  public void move(TensorList weights, TensorList gradients, List<TensorList> memories, Step step) {
    if (momentum == 0) {
      Kernels.ALL.call("plainSgd", weights, gradients, step.rate(), decay);
    } else {
      Kernels.ALL.call(
          "sgd",
          weights,
          gradients,
          memories.getFirst(),
          step.rate(),
          momentum,
          nesterov,
          decay,
          step.number() == 1);
    }
  }
}
