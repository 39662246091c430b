package dev.xfolds.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Attention;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import java.util.Locale;

/** Products of large square matrices: the peak that other work is compared with. */
public final class MatrixBench {

  /** The least and the greatest; both are powers of two. */
  static final int SMALL = 256;

  static final int LARGE = 2048;

  /** A processor without bfloat16 needs a minute for what others do in a fraction of a second. */
  private static final double LONG = 0.5;

  private final Arithmetic arithmetic;
  private final NDManager manager;

  private MatrixBench(Arithmetic arithmetic, NDManager manager) {
    this.arithmetic = arithmetic;
    this.manager = manager;
  }

  /**
   * 2 x side^3 FLOP each time, where side is {@value #LARGE}, or less where that would take longer
   * than half a second.
   */
  public static Measurement measure(Precision precision, Repetition repetition) {
    try (NDManager manager = NDManager.newBaseManager();
        NDScope kept = new NDScope()) {
      kept.suppressNotUsedWarning();
      MatrixBench bench = new MatrixBench(new Arithmetic(Attention.FUSED, precision), manager);
      NDArray matrix = bench.largest();
      double side = matrix.getShape().get(0);
      double flops = 2 * side * side * side;
      return new Measurement(
          "matrix product, " + precision.name().toLowerCase(Locale.ROOT),
          "FLOP",
          flops,
          repetition.of(() -> square(matrix)),
          flops,
          0);
    }
  }

  private NDArray largest() {
    NDArray matrix = matrix(SMALL);
    square(matrix);
    for (int side = SMALL; side < LARGE; side *= 2) {
      long started = System.nanoTime();
      square(matrix);
      if (8 * (System.nanoTime() - started) / 1e9 > LONG) {
        return matrix;
      }
      matrix = matrix(2 * side);
    }
    return matrix;
  }

  private NDArray matrix(int side) {
    Shape shape = new Shape(side, side);
    float[] values = new Initializer.Normal(1).values(1, "matrix", shape.size());
    return arithmetic.enter(manager.create(values, shape));
  }

  private static void square(NDArray matrix) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Ops.matrixProduct(matrix, matrix);
    }
  }
}
