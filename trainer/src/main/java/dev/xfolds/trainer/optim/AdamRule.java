package dev.xfolds.trainer.optim;

import dev.xfolds.trainer.tensor.TensorList;
import java.util.List;

/**
 * Adam and AdamW (arXiv:1412.6980, arXiv:1711.05101), by libtorch's fused kernels.
 *
 * @param decoupled true: AdamW, the weight shrinks by rate x decay; false: Adam, decay x weight is
 *     added to the gradient
 */
record AdamRule(Moments moments, boolean decoupled) implements Rule {

  @Override
  public List<Memory> memories() {
    return List.of(Memory.like("exp_avg"), Memory.like("exp_avg_sq"));
  }

  @Override
  public void move(TensorList weights, TensorList gradients, List<TensorList> memories, Step step) {
    Kernels.ALL.call(
        decoupled ? "adamw" : "adam",
        weights,
        gradients,
        memories.getFirst(),
        memories.getLast(),
        step.numbers(),
        step.rate(),
        moments.beta1(),
        moments.beta2(),
        moments.epsilon(),
        moments.decay());
  }
}
