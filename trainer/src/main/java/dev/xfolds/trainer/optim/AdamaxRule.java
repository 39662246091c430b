package dev.xfolds.trainer.optim;

import dev.xfolds.trainer.tensor.TensorList;
import java.util.List;

/**
 * Adamax (arXiv:1412.6980, section 7.1), the arithmetic of torch.optim.
 *
 * @param moments their decay x weight is added to the gradient
 */
record AdamaxRule(Moments moments) implements Rule {

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
        moments.beta1(),
        moments.beta2(),
        moments.epsilon(),
        moments.decay(),
        step.correction(moments.beta1()));
  }
}
