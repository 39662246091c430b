package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tensors that one call of a {@link Script} reads or writes. It shares them with their arrays: a
 * change in place is seen by both, and each outlives the other.
 */
public final class TensorList implements AutoCloseable {

  private static final AtomicLong NUMBER = new AtomicLong();

  private final IValue value;
  private final Runnable forget;
  private boolean closed;

  private TensorList(List<NDArray> arrays, Runnable forget) {
    this.value =
        IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    this.forget = forget;
  }

  /**
   * A list that is used more than once.
   *
   * @param manager closes it, unless it was closed before
   */
  public static TensorList of(List<NDArray> arrays, NDManager manager) {
    String name = "tensor-list-" + NUMBER.incrementAndGet();
    TensorList list = new TensorList(arrays, () -> manager.detachInternal(name));
    manager.attachInternal(name, list);
    return list;
  }

  /** A list of one call; the caller closes it. */
  public static TensorList once(List<NDArray> arrays) {
    return new TensorList(arrays, () -> {});
  }

  /** The gradients gathered so far; zeros of what backward has not come to. */
  public static TensorList gradientsOf(List<Parameter> parameters) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return once(parameters.stream().map(TensorList::gradient).toList());
    }
  }

  private static NDArray gradient(Parameter parameter) {
    NDArray found = Ops.gradient(parameter.array());
    return found == null ? parameter.array().zerosLike() : found;
  }

  IValue value() {
    return value;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      value.close();
      forget.run();
    }
  }
}
