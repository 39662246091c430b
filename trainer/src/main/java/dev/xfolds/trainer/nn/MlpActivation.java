package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.Activation;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

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

  /** x sigmoid(1.702 x), what CLIP was trained with. */
  record QuickGelu(Parameter slope) implements MlpActivation {
    @Override
    public NDArray forward(NDArray x) {
      return Ops.multiply(x, Ops.sigmoid(Ops.multiply(x, slope.array())));
    }
  }

  static MlpActivation of(ParameterScope scope, Activation activation) {
    return switch (activation) {
      case GELU -> new Gelu();
      case QUICK_GELU -> new QuickGelu(scope.scalar("slope", 1.702));
      case ACTIVATION_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "activation of " + scope.prefix() + " is " + activation + ", expected a known one");
    };
  }
}
