package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.TensorException;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What an optimizer remembers between steps, by the names of its files: zeros at the start. */
final class SavedState {

  private static final String STEP = "step";

  /**
   * A tensor that is saved.
   *
   * @param shape of the whole
   */
  record Tensor(Shape shape, DataType type) {}

  /**
   * Elements of a tensor that are here.
   *
   * @param from the first of them in the whole one
   * @param alike whether every rank has them
   */
  private record Part(String name, long from, boolean alike, Supplier<NDArray> array) {}

  private final NDManager manager;
  private final Share share;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<Part> parts = new ArrayList<>();
  private final NDArray stepArray;
  private long steps;

  /**
   * Of no steps.
   *
   * @param share of this process
   * @param manager owns the arrays
   */
  SavedState(Share share, NDManager manager) {
    this.share = share;
    this.manager = manager;
    this.stepArray = manager.zeros(new Shape(), DataType.INT64);
    adopt(STEP, new Tensor(new Shape(), DataType.INT64), () -> stepArray);
  }

  /** Names a tensor of which this process may have a part, or none. */
  void declare(String name, Tensor whole) {
    tensors.put(name, whole);
  }

  /**
   * Zeros for a part of a declared tensor.
   *
   * @param shape of the part
   * @param from the first of its elements in the whole one
   */
  NDArray zeros(String name, Shape shape, long from) {
    NDArray array = manager.zeros(shape, tensors.get(name).type());
    parts.add(new Part(name, from, false, () -> array));
    return array;
  }

  /**
   * Has an array of somebody else in the files, too, which every rank has alike.
   *
   * @param array asked for between steps
   */
  void adopt(String name, Tensor whole, Supplier<NDArray> array) {
    declare(name, whole);
    parts.add(new Part(name, 0, true, array));
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

  /** Live arrays, as this process's file has them. The first rank's has what all have alike. */
  Map<String, NDArray> arrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Part part : parts) {
      if (share.first() || !part.alike()) {
        NDArray array = part.array().get();
        boolean whole = array.getShape().equals(tensors.get(part.name()).shape());
        arrays.put(whole ? part.name() : StateFiles.name(part.name(), part.from()), array);
      }
    }
    return arrays;
  }

  /** Of what this process remembers alone or with others. */
  long bytes() {
    return parts.stream()
        .map(part -> part.array().get())
        .mapToLong(array -> array.size() * array.getDataType().getNumOfBytes())
        .sum();
  }

  /**
   * Continues from the files of all ranks that have saved it, as many as there were.
   *
   * @throws TensorException naming what is missing, too much or of another shape or type; then
   *     nothing was changed
   */
  void load(List<SafetensorsFile> files) {
    StateFiles saved = new StateFiles(files);
    saved.check(tensors);
    parts.forEach(part -> fill(part, saved));
    steps = stepArray.getLong();
  }

  /** In place: others have views of the array. */
  private void fill(Part part, StateFiles saved) {
    NDArray array = part.array().get();
    try (NDArray values =
            manager.create(
                saved.read(part.name(), array.getDataType(), part.from(), array.size()),
                array.getShape(),
                array.getDataType());
        TensorList from = TensorList.once(List.of(values));
        TensorList to = TensorList.once(List.of(array))) {
      Kernels.ALL.call("copy", to, from);
    }
  }
}
