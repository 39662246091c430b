package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.TensorException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What an optimizer remembers between steps, by the names of its file: zeros at the start. */
final class SavedState {

  private static final String STEP = "step";

  private final NDManager manager;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private final NDArray stepArray;
  private long steps;

  /**
   * Of no steps.
   *
   * @param manager owns the arrays
   */
  SavedState(NDManager manager) {
    this.manager = manager;
    this.stepArray = zeros(STEP, new Shape(), DataType.INT64);
  }

  NDArray zeros(String name, Shape shape, DataType type) {
    NDArray array = manager.zeros(shape, type);
    arrays.put(name, array);
    return array;
  }

  /** Has an array of somebody else in the file, too. */
  void adopt(String name, NDArray array) {
    arrays.put(name, array);
  }

  /** Steps taken, those before a {@link #load} too. */
  long steps() {
    return steps;
  }

  /** Counts a step. */
  void count() {
    steps++;
    Ops.increment(stepArray);
  }

  /** Live arrays. */
  Map<String, NDArray> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /**
   * Continues from a file.
   *
   * @throws TensorException naming what is missing, too much or of another shape or type; then
   *     nothing was changed
   */
  void load(SafetensorsFile file) {
    Set<String> extra = new LinkedHashSet<>(file.names());
    extra.removeAll(arrays.keySet());
    if (!extra.isEmpty()) {
      throw new TensorException(
          file.path() + ": not of this optimizer: " + extra.iterator().next());
    }
    arrays.forEach(
        (name, array) -> {
          SafetensorsFile.Entry entry = file.entry(name);
          if (!entry.shape().equals(array.getShape()) || entry.loadedAs() != array.getDataType()) {
            throw new TensorException(
                "%s: %s is %s %s, expected %s %s"
                    .formatted(
                        file.path(),
                        name,
                        entry.dtype(),
                        entry.shape(),
                        array.getDataType(),
                        array.getShape()));
          }
        });
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      arrays.forEach((name, array) -> array.set(file.buffer(name)));
    }
    steps = stepArray.getLong();
  }
}
