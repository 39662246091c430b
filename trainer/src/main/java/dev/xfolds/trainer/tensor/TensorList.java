package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;

/**
 * Tensors that one call of a {@link Script} reads or writes. It shares them with their arrays: a
 * change in place is seen by both, and each outlives the other.
 */
public final class TensorList implements AutoCloseable {

  private static final AtomicLong NUMBER = new AtomicLong();

  private final IValue value;
  private final Runnable forget;

  private TensorList(IValue value, Runnable forget) {
    this.value = value;
    this.forget = forget;
  }

  /**
   * A list that is used more than once.
   *
   * @param manager closes it, unless it was closed before
   */
  public static TensorList of(List<NDArray> arrays, NDManager manager) {
    Bridge.load();
    String name = "tensor-list-" + NUMBER.incrementAndGet();
    TensorList list =
        new TensorList(
            value(arrays.stream().map(Bridge::borrow)), () -> manager.detachInternal(name));
    manager.attachInternal(name, list);
    return list;
  }

  public static TensorList empty() {
    Bridge.load();
    return new TensorList(value(Stream.empty()), () -> {});
  }

  /**
   * The gradients gathered so far.
   *
   * @throws IllegalStateException if one has none
   */
  public static TensorList gradientsOf(List<Parameter> parameters) {
    Bridge.load();
    return new TensorList(value(parameters.stream().map(TensorList::gradient)), () -> {});
  }

  private static IValue value(Stream<Tensor> tensors) {
    try (PointerScope _ = new PointerScope()) {
      GenericList list = new GenericList(new Type.TypePtr(TensorType.get()));
      tensors.forEach(tensor -> list.push_back(new IValue(tensor)));
      return new IValue(list).retainReference();
    }
  }

  private static Tensor gradient(Parameter parameter) {
    Tensor gradient = Bridge.borrow(parameter.array()).grad();
    if (!gradient.defined()) {
      throw new IllegalStateException(parameter.name() + " has no gradient");
    }
    return gradient;
  }

  IValue value() {
    return value;
  }

  @Override
  public void close() {
    if (!value.isNull()) {
      value.close();
      forget.run();
    }
  }
}
