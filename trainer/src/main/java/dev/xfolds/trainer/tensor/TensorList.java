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

  private TensorList(IValue value) {
    this.value = value;
  }

  /**
   * A list that is used more than once.
   *
   * @param manager closes it
   */
  public static TensorList of(List<NDArray> arrays, NDManager manager) {
    Bridge.load();
    TensorList list = of(arrays.stream().map(Bridge::borrow));
    manager.attachInternal("tensor-list-" + NUMBER.incrementAndGet(), list);
    return list;
  }

  public static TensorList empty() {
    Bridge.load();
    return of(Stream.empty());
  }

  /**
   * The gradients gathered so far.
   *
   * @throws IllegalStateException if one has none
   */
  public static TensorList gradientsOf(List<Parameter> parameters) {
    Bridge.load();
    return of(parameters.stream().map(TensorList::gradient));
  }

  private static TensorList of(Stream<Tensor> tensors) {
    try (PointerScope _ = new PointerScope()) {
      GenericList list = new GenericList(new Type.TypePtr(TensorType.get()));
      tensors.forEach(tensor -> list.push_back(new IValue(tensor)));
      return new TensorList(new IValue(list).retainReference());
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
    value.releaseReference();
  }
}
