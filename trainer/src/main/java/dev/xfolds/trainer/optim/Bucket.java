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
 * Some weights, whose values or gradients can lie one after the other in memory that can be sent as
 * it is. The buckets of a model take turns in one memory: what one holds is lost when the next is
 * filled.
 */
public final class Bucket {

  /** Each weight begins at a multiple of it, so that no rank's share cuts a block of 8 bits. */
  private static final long ALIGNMENT = EightBitAdamRule.BLOCK;

  private record Memory(NDArray flat, TensorList list) {}

  private final List<Parameter> weights;
  private final long size;
  private final Memory memory;

  private Bucket(List<Parameter> weights, long size, Memory memory) {
    this.weights = List.copyOf(weights);
    this.size = size;
    this.memory = memory;
  }

  /**
   * All weights in their order.
   *
   * @param most elements of a bucket, float32; a weight that is larger has one of its own
   * @param ranks in whose number of equal chunks each bucket can be cut, at multiples of 256
   * @param manager owns the memory: four bytes for each element of the largest bucket
   */
  public static List<Bucket> of(List<Parameter> weights, long most, int ranks, NDManager manager) {
    List<List<Parameter>> parts = new ArrayList<>();
    long elements = 0;
    for (Parameter weight : weights) {
      if (parts.isEmpty() || elements + weight.size() > most) {
        parts.add(new ArrayList<>());
        elements = 0;
      }
      parts.getLast().add(weight);
      elements += aligned(weight.size(), ALIGNMENT);
    }
    List<Long> sizes = parts.stream().map(part -> size(part, ranks)).toList();
    NDArray flat = manager.zeros(new Shape(sizes.stream().mapToLong(s -> s).max().orElse(0)));
    Memory memory = new Memory(flat, TensorList.of(List.of(flat), manager));
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      buckets.add(new Bucket(parts.get(i), sizes.get(i), memory));
    }
    return buckets;
  }

  private static long size(List<Parameter> weights, int ranks) {
    long end = weights.stream().mapToLong(weight -> aligned(weight.size(), ALIGNMENT)).sum();
    return aligned(end, ALIGNMENT * ranks);
  }

  private static long aligned(long elements, long unit) {
    return Math.ceilDiv(elements, unit) * unit;
  }

  public List<Parameter> weights() {
    return weights;
  }

  /** Elements, those between weights and behind the last one too. */
  public long size() {
    return size;
  }

  /** The parts of its weights from one of its elements to another. */
  List<Piece> pieces(long begin, long end) {
    List<Piece> pieces = new ArrayList<>();
    long at = 0;
    for (Parameter weight : weights) {
      long from = Math.max(begin, at) - at;
      long to = Math.min(end, at + weight.size()) - at;
      if (from < to) {
        pieces.add(new Piece(weight, from, to, at + from - begin));
      }
      at += aligned(weight.size(), ALIGNMENT);
    }
    return pieces;
  }

  /** Copies the gradients into the memory. */
  public void takeGradients() {
    try (TensorList gradients = TensorList.gradientsOf(weights)) {
      Kernels.ALL.call("pack", gradients, memory.list(), ALIGNMENT, size);
    }
  }

  /** Copies the memory into the gradients. */
  public void giveGradients() {
    try (TensorList gradients = TensorList.gradientsOf(weights)) {
      Kernels.ALL.call("unpack", gradients, memory.list(), ALIGNMENT);
    }
  }

  /** Copies the weights into the memory. */
  public void takeWeights() {
    try (TensorList values = values(weights)) {
      Kernels.ALL.call("pack", values, memory.list(), ALIGNMENT, size);
    }
  }

  /** Copies the memory into the weights. */
  public void giveWeights() {
    try (TensorList values = values(weights)) {
      Kernels.ALL.call("unpack", values, memory.list(), ALIGNMENT);
    }
  }

  private static TensorList values(List<Parameter> weights) {
    return TensorList.once(weights.stream().map(Parameter::array).toList());
  }

  /** Adds what the memory holds from one of its elements on. */
  void addTo(TensorList sums, long from) {
    Kernels.ALL.call("gain", sums, memory.list(), from);
  }

  /** What the memory holds of it: the memory itself, direct, native order. */
  public FloatBuffer values() {
    return memory
        .flat()
        .toByteBuffer(true)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .slice(0, Math.toIntExact(size));
  }
}
