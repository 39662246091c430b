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

  private static final int SIDE = 2048;

  private MatrixBench() {}

  /** 2 x 2048^3 FLOP each time. */
  public static Measurement measure(Precision precision, Repetition repetition) {
    Arithmetic arithmetic = new Arithmetic(Attention.FUSED, precision);
    try (NDManager manager = NDManager.newBaseManager();
        NDScope kept = new NDScope()) {
      kept.suppressNotUsedWarning();
      Shape shape = new Shape(SIDE, SIDE);
      float[] values = new Initializer.Normal(1).values(1, "matrix", shape.size());
      NDArray matrix = arithmetic.enter(manager.create(values, shape));
      double flops = 2.0 * SIDE * SIDE * SIDE;
      return new Measurement(
          "matrix product, " + precision.name().toLowerCase(Locale.ROOT),
          "FLOP",
          flops,
          repetition.of(
              () -> {
                try (NDScope scope = new NDScope()) {
                  scope.suppressNotUsedWarning();
                  Ops.matrixProduct(matrix, matrix);
                }
              }),
          flops,
          0);
    }
  }
}
