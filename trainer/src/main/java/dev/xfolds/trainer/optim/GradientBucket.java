package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.TensorList;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** The gradients of some parameters, one after the other in memory that can be sent as it is. */
public final class GradientBucket {

  private final List<Parameter> parameters;
  private final NDArray flat;
  private final TensorList flatList;

  private GradientBucket(List<Parameter> parameters, NDManager manager) {
    this.parameters = List.copyOf(parameters);
    long elements = parameters.stream().mapToLong(Parameter::size).sum();
    this.flat = manager.zeros(new Shape(elements));
    this.flatList = TensorList.of(List.of(flat), manager);
  }

  /**
   * All parameters in their order.
   *
   * @param most elements of a bucket, float32; a parameter that is larger has one of its own
   * @param manager owns the memory: four bytes for each element
   */
  public static List<GradientBucket> of(List<Parameter> parameters, long most, NDManager manager) {
    List<GradientBucket> buckets = new ArrayList<>();
    List<Parameter> open = new ArrayList<>();
    long elements = 0;
    for (Parameter parameter : parameters) {
      if (!open.isEmpty() && elements + parameter.size() > most) {
        buckets.add(new GradientBucket(open, manager));
        open.clear();
        elements = 0;
      }
      open.add(parameter);
      elements += parameter.size();
    }
    if (!open.isEmpty()) {
      buckets.add(new GradientBucket(open, manager));
    }
    return buckets;
  }

  /** Copies the gradients into the bucket. */
  public void fill() {
    try (TensorList gradients = TensorList.gradientsOf(parameters)) {
      Kernels.ALL.call("pack", gradients, flatList);
    }
  }

  /** Copies the bucket into the gradients. */
  public void empty() {
    try (TensorList gradients = TensorList.gradientsOf(parameters)) {
      Kernels.ALL.call("unpack", gradients, flatList);
    }
  }

  /** The bucket's own memory, direct, native order. */
  public FloatBuffer values() {
    return flat.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
