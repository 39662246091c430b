package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import java.util.List;

/** All gradients of a step together. */
public final class Gradients {

  private static final double EPSILON = 1e-6;

  private Gradients() {}

  /**
   * The Euclidean norm over all of them; not finite if one of them is not.
   *
   * @param parameters with gradients gathered
   */
  public static double globalNorm(List<Parameter> parameters) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray sum = null;
      for (Parameter parameter : parameters) {
        NDArray norm = Ops.gradient(parameter.array()).norm();
        NDArray square = Ops.multiply(norm, norm);
        if (sum == null) {
          sum = square;
        } else {
          Ops.addInPlace(sum, square);
        }
      }
      return sum == null ? 0 : Math.sqrt(sum.getFloat());
    }
  }

  /**
   * The factor that brings gradients of that norm within the bound; as PyTorch's clip_grad_norm_.
   *
   * @param bound 0: no bound
   */
  public static double clipFactor(double norm, double bound) {
    return bound == 0 ? 1 : Math.min(1, bound / (norm + EPSILON));
  }
}
