package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

/**
 * A linear layer with one weight-norm scalar for the whole matrix (arXiv:1602.07868; PyTorch's
 * weight_norm with dim=None): weight = g v / ||v||. Parameters: weight_g (), weight_v (out, in),
 * bias (out). Starts as PyTorch's default linear layer.
 */
final class WeightNormLinear {

  private final ModelPart part;
  private final int in;
  private final int out;
  private final NormedWeight weight;
  private final Parameter bias;

  WeightNormLinear(ParameterScope scope, int in, int out) {
    this.part = scope.part();
    this.in = in;
    this.out = out;
    this.bias = scope.bias("bias", Initializer.fanIn(in), out);
    this.weight = new NormedWeight(scope, "weight", Initializer.fanIn(in), out, in);
  }

  NDArray forward(NDArray x) {
    return Ops.linear(x, weight.value(), bias.array());
  }

  void count(Products products, long rows) {
    products.matrix(part, rows, in, out);
  }
}
