package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

/** Layer normalisation over the last axis (arXiv:1607.06450). Parameters: weight, bias. */
public final class LayerNorm {

  /** Of CLIP and of most others. */
  public static final double EPSILON = 1e-5;

  private final double epsilon;
  private final Parameter weight;
  private final Parameter bias;

  public LayerNorm(ParameterScope scope, int width, double epsilon) {
    this.epsilon = epsilon;
    this.weight = scope.norm("weight", Initializer.ones(), width);
    this.bias = scope.norm("bias", Initializer.zeros(), width);
  }

  public NDArray forward(NDArray x) {
    return Ops.layerNorm(x, weight.array(), bias.array(), epsilon);
  }
}
