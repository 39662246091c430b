package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

/** A tensor kept as a length ({@code NAME_g}, a scalar) and a direction ({@code NAME_v}). */
final class NormedWeight {

  private final Parameter length;
  private final Parameter direction;

  NormedWeight(ParameterScope scope, String name, Initializer initializer, long... shape) {
    direction = scope.weight(name + "_v", initializer, shape);
    length = scope.factor(name + "_g", new Initializer.NormOf(direction));
  }

  /** g v / ||v||, of the direction's shape. */
  NDArray value() {
    NDArray v = direction.array();
    return Ops.multiply(v, length.array().div(v.norm()));
  }
}
