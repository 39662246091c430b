package dev.xfolds.trainer.optim;

import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.TensorList;
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
    if (parameters.isEmpty()) {
      return 0;
    }
    try (TensorList gradients = TensorList.gradientsOf(parameters)) {
      return Kernels.ALL.call("norm", gradients);
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

  /** Multiplies in place. */
  static void scale(TensorList gradients, double factor) {
    if (factor != 1) {
      Kernels.ALL.call("scale", gradients, factor);
    }
  }
}
