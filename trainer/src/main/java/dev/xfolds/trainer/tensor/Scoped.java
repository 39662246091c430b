package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/**
 * Parts of a forward pass that let go of what they made on the way. An {@link NDScope} around a
 * whole step holds every array of it to the step's end; libtorch itself holds what backward needs,
 * and lets go of it as backward goes on.
 */
public final class Scoped {

  private Scoped() {}

  /** What a part makes; the result belongs to the scope around, everything else is closed. */
  public static NDArray result(Supplier<NDArray> part) {
    NDArray result;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      result = part.get();
      NDScope.unregister(result);
    }
    NDScope.register(result);
    return result;
  }
}
