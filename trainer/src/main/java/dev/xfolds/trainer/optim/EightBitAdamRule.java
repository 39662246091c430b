package dev.xfolds.trainer.optim;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.List;

/**
 * AdamW with moments of 8 bits (arXiv:2110.02861), as torchao has it: a code of {@link DynamicMap}
 * times the largest magnitude of its block of 256 elements, rounded to the nearest. A second moment
 * far below its block's largest becomes 0, and its weight then moves by moment / epsilon: the
 * published semantics, which are kept.
 *
 * @param moments their decay is decoupled, as AdamW's
 */
record EightBitAdamRule(Moments moments) implements Rule {

  static final int BLOCK = 256;

  /** Smaller tensors keep moments of 32 bits. */
  private static final int SMALLEST = 4096;

  /** Whether a weight's moments are of 8 bits: it is large, and whole blocks. */
  static boolean serves(Shape shape) {
    return shape.size() >= SMALLEST && shape.size() % BLOCK == 0;
  }

  @Override
  public List<Memory> memories() {
    return List.of(codes("exp_avg"), scales("exp_avg"), codes("exp_avg_sq"), scales("exp_avg_sq"));
  }

  private static Memory codes(String moment) {
    return new Memory(moment + ".codes", DataType.UINT8, shape -> new Shape(shape.size()), 1);
  }

  private static Memory scales(String moment) {
    return new Memory(
        moment + ".scale", DataType.FLOAT32, shape -> new Shape(shape.size() / BLOCK), BLOCK);
  }

  @Override
  public void move(TensorList weights, TensorList gradients, List<TensorList> memories, Step step) {
    Kernels.ALL.call(
        "adamw8bit",
        weights,
        gradients,
        memories.get(0),
        memories.get(1),
        memories.get(2),
        memories.get(3),
        DynamicMap.both(),
        step.rate(),
        moments.beta1(),
        moments.beta2(),
        moments.epsilon(),
        moments.decay(),
        step.correction(moments.beta1()),
        step.correction(moments.beta2()));
  }
}
