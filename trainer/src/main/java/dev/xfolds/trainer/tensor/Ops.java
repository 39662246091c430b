package dev.xfolds.trainer.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * libtorch's operations with the arguments that layers need. Each call goes straight to libtorch:
 * on a small model the cost of a step is the number of native calls, and DJL's own wrappers add a
 * native scalar (15 to 40 microseconds) for every Java number. A result belongs to the manager of
 * the first operand and to the innermost open {@link ai.djl.ndarray.NDScope}. Arrays are float32;
 * where nothing else is said they may be bfloat16, with weights in float32.
 */
public final class Ops {

  private Ops() {}

  /**
   * x weight^T + bias.
   *
   * @param x (..., in)
   * @param weight (out, in)
   * @param bias (out), or null
   */
  public static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return Bfloat16.is(x)
        ? Bfloat16.linear(x, weight, bias)
        : JniUtils.linear(pt(x), pt(weight), pt(bias));
  }

  /**
   * A square convolution without bias.
   *
   * @param xBCHW (batch, channels, height, width)
   * @param weight (out, channels, kernel, kernel), without bias
   */
  public static NDArray convolve(NDArray xBCHW, NDArray weight, int stride, int padding) {
    if (Bfloat16.is(xBCHW)) {
      return Bfloat16.convolve(xBCHW, weight, stride, padding);
    }
    return JniUtils.convolution(
        pt(xBCHW), pt(weight), null, pair(stride), pair(padding), pair(1), 1);
  }

  /** Average over squares that do not overlap; an incomplete last row or column is left out. */
  public static NDArray averagePool(NDArray xBCHW, int side) {
    return JniUtils.avgPool(pt(xBCHW), pair(side), pair(side), pair(0), false, true);
  }

  /**
   * Normalises each channel over batch and cells.
   *
   * @param training true: statistics of this batch, and the running ones move by {@code momentum}
   */
  public static NDArray batchNorm(
      NDArray xBCHW,
      NDArray mean,
      NDArray variance,
      NDArray weight,
      NDArray bias,
      boolean training,
      double momentum,
      double epsilon) {
    return JniUtils.batchNorm(
        pt(xBCHW), pt(mean), pt(variance), pt(weight), pt(bias), training, momentum, epsilon);
  }

  /** Over the last axis. */
  public static NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double epsilon) {
    return JniUtils.layerNorm(pt(x), weight.getShape(), pt(weight), pt(bias), epsilon);
  }

  /**
   * Rows of a table; also selects rows of any matrix, with gradient.
   *
   * @param indices int64, any shape
   * @param table (rows, width)
   * @return (indices' shape, width)
   */
  public static NDArray rows(NDArray indices, NDArray table) {
    return JniUtils.embedding(pt(indices), pt(table), false);
  }

  /**
   * One-layer GRU from a zero state.
   *
   * @param xBLE (batch, length, in)
   * @param weights weight_ih, weight_hh, bias_ih, bias_hh
   * @return states after each step, (batch, length, width)
   */
  public static NDArray gru(NDArray xBLE, NDArray stateZero1BH, NDList weights) {
    return JniUtils.gru(pt(xBLE), pt(stateZero1BH), weights, true, 1, 0, false, false, true).get(0);
  }

  /** x / ||x|| over the last axis. */
  public static NDArray unit(NDArray x) {
    return JniUtils.normalize(pt(x), 2, x.getShape().dimension() - 1L, 1e-12);
  }

  /** Exact GELU, with erf. */
  public static NDArray gelu(NDArray x) {
    return JniUtils.gelu(pt(x));
  }

  public static NDArray relu(NDArray x) {
    return JniUtils.relu(pt(x));
  }

  public static NDArray sigmoid(NDArray x) {
    return JniUtils.sigmoid(pt(x));
  }

  public static NDArray tanh(NDArray x) {
    return JniUtils.tanh(pt(x));
  }

  public static NDArray add(NDArray a, NDArray b) {
    return JniUtils.add(pt(a), pt(b));
  }

  public static NDArray multiply(NDArray a, NDArray b) {
    return JniUtils.mul(pt(a), pt(b));
  }

  public static NDArray matrixProduct(NDArray a, NDArray b) {
    return JniUtils.matmul(pt(a), pt(b));
  }

  public static NDArray swap(NDArray x, int axis, int other) {
    return JniUtils.transpose(pt(x), axis, other);
  }

  /** Over the last axis. */
  public static NDArray softmax(NDArray x) {
    return Bfloat16.is(x) ? Bfloat16.softmax(x) : softmax(x, x.getShape().dimension() - 1);
  }

  public static NDArray softmax(NDArray x, int axis) {
    return JniUtils.softmax(pt(x), axis, x.getDataType());
  }

  public static NDArray logSoftmax(NDArray x, int axis) {
    return JniUtils.logSoftmax(pt(x), axis, x.getDataType());
  }

  /** The elements {@code from} until {@code to} along an axis. */
  public static NDArray slice(NDArray x, int axis, long from, long to) {
    return JniUtils.slice(pt(x), axis, from, to, 1);
  }

  public static NDArray concat(int axis, NDArray... parts) {
    PtNDArray[] arrays = new PtNDArray[parts.length];
    for (int i = 0; i < parts.length; i++) {
      arrays[i] = pt(parts[i]);
    }
    return JniUtils.cat(arrays, axis);
  }

  /** Repeats along axes of size 1, without a copy. */
  public static NDArray expand(NDArray x, long... shape) {
    return JniUtils.broadcast(pt(x), new Shape(shape));
  }

  public static NDArray diagonal(NDArray xBB) {
    return JniUtils.diagonal(pt(xBB), 0, 0, 1);
  }

  /** One element of each row: {@code columnsB1} is (batch, 1), int64. */
  public static NDArray pick(NDArray xBC, NDArray columnsB1) {
    return JniUtils.gather(pt(xBC), pt(columnsB1), 1);
  }

  /**
   * Some elements of an array, in row-major order.
   *
   * @param x contiguous
   * @return a view of one axis: who changes it changes the array
   */
  public static NDArray stretch(NDArray x, long from, long to) {
    try (NDArray flat = x.reshape(-1)) {
      return slice(flat, 0, from, to);
    }
  }

  /**
   * The gradient gathered so far; the array is a view that the caller's scope closes.
   *
   * @return null if there is none
   */
  public static NDArray gradient(NDArray parameter) {
    return JniUtils.getGradient(pt(parameter));
  }

  static void zeroGradient(NDArray parameter) {
    JniUtils.zeroGrad(pt(parameter));
  }

  /** Adds one to every element, of any type. */
  public static void increment(NDArray x) {
    try (NDArray one = x.onesLike()) {
      addInPlace(x, one);
    }
  }

  public static void addInPlace(NDArray x, NDArray y) {
    JniUtils.addi(pt(x), pt(y));
  }

  public static void subtractInPlace(NDArray x, NDArray y) {
    JniUtils.subi(pt(x), pt(y));
  }

  public static void multiplyInPlace(NDArray x, NDArray y) {
    JniUtils.muli(pt(x), pt(y));
  }

  public static void divideInPlace(NDArray x, NDArray y) {
    JniUtils.divi(pt(x), pt(y));
  }

  /** The number of libtorch's threads, of this process. */
  public static void setThreads(int threads) {
    Engine.getEngine("PyTorch"); // loads libtorch
    JniUtils.setNumThreads(threads);
  }

  /** An int64 vector. */
  public static NDArray indices(NDManager manager, long... values) {
    return manager.create(values);
  }

  private static Shape pair(long value) {
    return new Shape(value, value);
  }

  private static PtNDArray pt(NDArray array) {
    return (PtNDArray) array;
  }
}
