package dev.xfolds.trainer.parallel;

import java.util.ArrayList;
import java.util.List;

/**
 * Which bytes of a buffer a rank sends to the next and receives from the previous one, in this
 * order. What it sends after the first bytes is what it has received before, so it may send as many
 * bytes as it has at the beginning and has received since.
 *
 * <p>The ring: chunk c begins its way at the rank after its own, each rank adds what it has, and
 * its own rank is the last; then the sums go round. Source: P. Patarasuk, X. Yuan, Bandwidth
 * optimal all-reduce algorithms for clusters of workstations, 2009.
 *
 * @param first bytes that are there at the beginning
 */
record Route(List<Piece> out, List<Piece> in, long first) {

  /**
   * Bytes in a row.
   *
   * @param sum whether what comes is added to the floats that are there, or replaces what is there
   */
  record Piece(long offset, long length, boolean sum) {}

  Route {
    out = List.copyOf(out);
    in = List.copyOf(in);
  }

  /**
   * How elements are cut.
   *
   * @param width bytes of each
   */
  record Chunks(long elements, int width, int size) {

    private Piece piece(int rank, boolean sum) {
      int chunk = Math.floorMod(rank, size);
      long begin = begin(chunk);
      return new Piece(begin, begin(chunk + 1) - begin, sum);
    }

    private long begin(int chunk) {
      return chunk * elements / size * width;
    }
  }

  static Route allReduce(Chunks chunks, int rank) {
    return reduceScatter(chunks, rank).then(allGather(chunks, rank));
  }

  static Route reduceScatter(Chunks chunks, int rank) {
    List<Piece> out = new ArrayList<>();
    List<Piece> in = new ArrayList<>();
    for (int step = 1; step < chunks.size(); step++) {
      out.add(chunks.piece(rank - step, false));
      in.add(chunks.piece(rank - step - 1, true));
    }
    return new Route(out, in, out.isEmpty() ? 0 : out.getFirst().length());
  }

  static Route allGather(Chunks chunks, int rank) {
    List<Piece> out = new ArrayList<>();
    List<Piece> in = new ArrayList<>();
    for (int step = 0; step < chunks.size() - 1; step++) {
      out.add(chunks.piece(rank - step, false));
      in.add(chunks.piece(rank - step - 1, false));
    }
    return new Route(out, in, out.isEmpty() ? 0 : out.getFirst().length());
  }

  /** From the root along the ring to the rank before it. */
  static Route broadcast(long bytes, int root, int rank, int size) {
    List<Piece> whole = List.of(new Piece(0, bytes, false));
    boolean last = (rank + 1) % size == root;
    return new Route(
        last ? List.of() : whole, rank == root ? List.of() : whole, rank == root ? bytes : 0);
  }

  private Route then(Route later) {
    List<Piece> pieces = new ArrayList<>(out);
    pieces.addAll(later.out);
    List<Piece> arriving = new ArrayList<>(in);
    arriving.addAll(later.in);
    return new Route(pieces, arriving, first);
  }
}
