package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

/** A square convolution without bias. Parameter: weight (out, in, kernel, kernel). */
public final class Convolution {

  private final ModelPart part;
  private final int in;
  private final int out;
  private final int kernel;
  private final int stride;
  private final int padding;
  private final Parameter weight;

  /**
   * Declares the weight.
   *
   * @param padding zeros on each of the four sides
   */
  public Convolution(
      ParameterScope scope,
      int in,
      int out,
      int kernel,
      int stride,
      int padding,
      Initializer initializer) {
    this.part = scope.part();
    this.in = in;
    this.out = out;
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
    this.weight = scope.weight("weight", initializer, out, in, kernel, kernel);
  }

  /** Stride 1, the side is kept, PyTorch's default initialisation. */
  public static Convolution same(ParameterScope scope, int in, int out, int kernel) {
    return new Convolution(
        scope, in, out, kernel, 1, kernel / 2, Initializer.fanIn((long) in * kernel * kernel));
  }

  public NDArray forward(NDArray xBCHW) {
    return Ops.convolve(xBCHW, weight.array(), stride, padding);
  }

  /** Side of the output for a square input. */
  public int side(int inputSide) {
    return (inputSide + 2 * padding - kernel) / stride + 1;
  }

  /**
   * Counts a square input.
   *
   * @param inputSide in pixels or cells
   */
  public void count(Products products, int inputSide) {
    long cells = (long) side(inputSide) * side(inputSide);
    products.matrix(part, cells, (long) in * kernel * kernel, out);
  }
}
