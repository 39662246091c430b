package dev.xfolds.trainer.optim;

import dev.xfolds.trainer.tensor.TensorList;
import java.util.List;

/**
 * Adamax (arXiv:1412.6980, section 7.1), the arithmetic of torch.optim.
 *
 * @param decay decay x weight is added to the gradient
 */
record AdamaxRule(double beta1, double beta2, double epsilon, double decay) implements Rule {

  AdamaxRule {
    Rule.checkBelowOne("beta1", beta1);
    Rule.checkBelowOne("beta2", beta2);
    Rule.checkNotNegative("epsilon", epsilon);
    Rule.checkNotNegative("weight decay", decay);
  }

  @Override
  public List<Memory> memories() {
    return List.of(Memory.like("exp_avg"), Memory.like("exp_inf"));
  }

  @Override
  public void move(TensorList weights, TensorList gradients, List<TensorList> memories, Step step) {
    Kernels.ALL.call(
        "adamax",
        weights,
        gradients,
        memories.getFirst(),
        memories.getLast(),
        step.rate(),
        beta1,
        beta2,
        epsilon,
        decay,
        step.correction(beta1));
  }
}
