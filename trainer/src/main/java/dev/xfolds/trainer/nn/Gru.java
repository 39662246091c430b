package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

/**
 * A one-layer gated recurrent unit (arXiv:1406.1078), as PyTorch's: gates reset, update, new.
 * Parameters: weight_ih_l0 (3 x width, in), weight_hh_l0 (3 x width, width), bias_ih_l0,
 * bias_hh_l0.
 */
public final class Gru {

  private static final int GATES = 3;

  private final ModelPart part;
  private final int in;
  private final int width;
  private final Parameter inputWeight;
  private final Parameter stateWeight;
  private final Parameter inputBias;
  private final Parameter stateBias;

  public Gru(ParameterScope scope, int in, int width) {
    this.part = scope.part();
    this.in = in;
    this.width = width;
    Initializer uniform = Initializer.fanIn(width);
    inputWeight = scope.weight("weight_ih_l0", uniform, (long) GATES * width, in);
    stateWeight = scope.weight("weight_hh_l0", uniform, (long) GATES * width, width);
    inputBias = scope.bias("bias_ih_l0", uniform, (long) GATES * width);
    stateBias = scope.bias("bias_hh_l0", uniform, (long) GATES * width);
  }

  /**
   * Reads a batch of sequences from a state of zero.
   *
   * @param xBLE (batch, length, in)
   * @return the state after each position, (batch, length, width)
   */
  public NDArray forward(NDArray xBLE) {
    NDArray start = xBLE.getManager().zeros(new Shape(1, xBLE.getShape().get(0), width));
    return Ops.gru(
        xBLE,
        start,
        new NDList(inputWeight.array(), stateWeight.array(), inputBias.array(), stateBias.array()));
  }

  /**
   * Counts one sample.
   *
   * @param length positions of one sample
   */
  public void count(Products products, long length) {
    products.matrix(part, length, in, (long) GATES * width);
    products.matrix(part, length, width, (long) GATES * width);
  }
}
