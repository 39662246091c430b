package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The chunk of each bucket that one of several ranks moves, and the gradients of it: rank {@code r}
 * of {@code n} has the {@code r}-th {@code n}-th of a bucket's elements. Source: arXiv:1910.02054.
 */
public final class Shards implements Share {

  /**
   * Of a bucket.
   *
   * @param sums the gradients of the chunk, one axis
   */
  private record Chunk(long begin, NDArray sums, TensorList list) {}

  private record Stretch(Chunk chunk, Piece piece) {}

  private final boolean first;
  private final Map<Bucket, Chunk> chunks = new LinkedHashMap<>();
  private final Map<Parameter, List<Stretch>> stretches = new LinkedHashMap<>();
  private final TensorList all;

  /**
   * Of one rank.
   *
   * @param buckets which together have all trained weights
   * @param manager owns the gradients: four bytes for each element of the rank's chunks
   */
  public Shards(List<Bucket> buckets, int rank, int ranks, NDManager manager) {
    this.first = rank == 0;
    List<NDArray> sums = new ArrayList<>();
    for (Bucket bucket : buckets) {
      long length = bucket.size() / ranks;
      NDArray array = manager.zeros(new Shape(length));
      Chunk chunk = new Chunk(rank * length, array, TensorList.of(List.of(array), manager));
      chunks.put(bucket, chunk);
      sums.add(array);
      bucket.weights().forEach(weight -> stretches.put(weight, new ArrayList<>()));
      for (Piece piece : bucket.pieces(chunk.begin(), chunk.begin() + length)) {
        stretches.get(piece.weight()).add(new Stretch(chunk, piece));
      }
    }
    this.all = TensorList.of(sums, manager);
  }

  @Override
  public List<Piece> of(Parameter weight) {
    return stretches.get(weight).stream().map(Stretch::piece).toList();
  }

  @Override
  public TensorList gradients(List<Piece> pieces) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return TensorList.once(pieces.stream().map(this::gradient).toList());
    }
  }

  private NDArray gradient(Piece piece) {
    Chunk chunk =
        stretches.get(piece.weight()).stream()
            .filter(stretch -> stretch.piece().equals(piece))
            .findFirst()
            .orElseThrow()
            .chunk();
    NDArray flat = Ops.stretch(chunk.sums(), piece.at(), piece.at() + piece.to() - piece.from());
    return piece.isWhole() ? flat.reshape(piece.shape()) : flat;
  }

  @Override
  public boolean first() {
    return first;
  }

  /** Forgets all gradients. */
  public void clear() {
    Kernels.ALL.call("clear", all);
  }

  /** Adds this rank's chunk of what a bucket's memory holds. */
  public void add(Bucket bucket) {
    Chunk chunk = chunks.get(bucket);
    bucket.addTo(chunk.list(), chunk.begin());
  }

  /** The Euclidean norm of this rank's gradients. */
  public double norm() {
    return Kernels.ALL.call("norm", all);
  }

  /** Bytes of this rank's gradients. */
  public long bytes() {
    return chunks.values().stream().mapToLong(chunk -> chunk.sums().size()).sum() * Float.BYTES;
  }
}
