package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.Activation;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.ParameterScope;
import dev.xfolds.trainer.tensor.RecordedFunction;

/** The nonlinearity between the two layers of a transformer block's perceptron. */
sealed interface MlpActivation {

  NDArray forward(NDArray x);

  /** Exact, with erf. */
  record Gelu() implements MlpActivation {
    @Override
    public NDArray forward(NDArray x) {
      return Ops.gelu(x);
    }
  }

  /**
   * x sigmoid(1.702 x), what CLIP was trained with. By way of silu(1.702 x) the record keeps two
   * arrays of it, and not three.
   */
  final class QuickGelu implements MlpActivation {
    private static final RecordedFunction FUNCTION =
        RecordedFunction.of(QuickGelu.class, "activation.torchscript", "quick_gelu", 1);

    @Override
    public NDArray forward(NDArray x) {
      return FUNCTION.apply(x);
    }
  }

  static MlpActivation of(ParameterScope scope, Activation activation) {
    return switch (activation) {
      case GELU -> new Gelu();
      case QUICK_GELU -> new QuickGelu();
      case ACTIVATION_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "activation of " + scope.prefix() + " is " + activation + ", expected a known one");
    };
  }
}
