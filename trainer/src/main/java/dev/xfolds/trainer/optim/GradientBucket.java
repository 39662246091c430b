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

/**
 * The gradients of some parameters, one after the other in memory that can be sent as it is. The
 * buckets of a model take turns in one memory: what one holds is lost when the next is filled.
 */
public final class GradientBucket {

  private record Memory(NDArray flat, TensorList list) {}

  private final List<Parameter> parameters;
  private final Memory memory;

  private GradientBucket(List<Parameter> parameters, Memory memory) {
    this.parameters = parameters;
    this.memory = memory;
  }

  /**
   * All parameters in their order.
   *
   * @param most elements of a bucket, float32; a parameter that is larger has one of its own
   * @param manager owns the memory: four bytes for each element of the largest bucket
   */
  public static List<GradientBucket> of(List<Parameter> parameters, long most, NDManager manager) {
    List<List<Parameter>> parts = new ArrayList<>();
    long elements = 0;
    for (Parameter parameter : parameters) {
      if (parts.isEmpty() || elements + parameter.size() > most) {
        parts.add(new ArrayList<>());
        elements = 0;
      }
      parts.getLast().add(parameter);
      elements += parameter.size();
    }
    long largest = parts.stream().mapToLong(GradientBucket::elements).max().orElse(0);
    NDArray flat = manager.zeros(new Shape(largest));
    Memory memory = new Memory(flat, TensorList.of(List.of(flat), manager));
    return parts.stream().map(part -> new GradientBucket(part, memory)).toList();
  }

  private static long elements(List<Parameter> parameters) {
    return parameters.stream().mapToLong(Parameter::size).sum();
  }

  /** Copies the gradients into the bucket. */
  public void fill() {
    try (TensorList gradients = TensorList.gradientsOf(parameters)) {
      Kernels.ALL.call("pack", gradients, memory.list());
    }
  }

  /** Copies the bucket into the gradients. */
  public void empty() {
    try (TensorList gradients = TensorList.gradientsOf(parameters)) {
      Kernels.ALL.call("unpack", gradients, memory.list());
    }
  }

  /** What the bucket holds: the memory itself, direct, native order. */
  public FloatBuffer values() {
    return memory
        .flat()
        .toByteBuffer(true)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .slice(0, Math.toIntExact(elements(parameters)));
  }
}
