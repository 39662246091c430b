package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

/** A matrix product, with or without bias. Parameters: weight (out, in), bias (out). */
public final class Linear {

  private final ModelPart part;
  private final int in;
  private final int out;
  private final Parameter weight;
  private final Parameter bias;

  private Linear(
      ParameterScope scope, int in, int out, Initializer weight, Initializer biasOrNull) {
    this.part = scope.part();
    this.in = in;
    this.out = out;
    this.weight = scope.weight("weight", weight, out, in);
    this.bias = biasOrNull == null ? null : scope.bias("bias", biasOrNull, out);
  }

  public static Linear of(ParameterScope scope, int in, int out, Initializer weight) {
    return new Linear(scope, in, out, weight, null);
  }

  public static Linear of(
      ParameterScope scope, int in, int out, Initializer weight, Initializer bias) {
    return new Linear(scope, in, out, weight, bias);
  }

  /** With PyTorch's default initialisation. */
  public static Linear biased(ParameterScope scope, int in, int out) {
    return new Linear(scope, in, out, Initializer.fanIn(in), Initializer.fanIn(in));
  }

  /**
   * Multiplies the last axis.
   *
   * @param x (..., in)
   * @return (..., out)
   */
  public NDArray forward(NDArray x) {
    return Ops.linear(x, weight.array(), bias == null ? null : bias.array());
  }

  /**
   * Counts one sample.
   *
   * @param rows positions of one sample that go through
   */
  public void count(Products products, long rows) {
    products.matrix(part, rows, in, out);
  }
}
