package dev.xfolds.trainer.parallel;

import dev.xfolds.trainer.parallel.Operation.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Each rank sends to the one after it and receives from the one before it. */
final class RingCollectives implements Collectives {

  private final int rank;
  private final int size;
  private final String own;
  private final FirstFailure failure;
  private final Ring ring;
  private long operations;
  private volatile boolean closed;

  private RingCollectives(Greeting greeting, Peer own, FirstFailure failure, Ring ring) {
    this.rank = greeting.rank();
    this.size = greeting.size();
    this.own = "rank %d (%s)".formatted(rank, own);
    this.failure = failure;
    this.ring = ring;
  }

  /** Of {@link Collectives#join}; at least two ranks. */
  static RingCollectives join(
      List<Peer> peers, Path tlsFolder, Greeting greeting, Duration patience, Duration silence) {
    RunTls tls = new RunTls(tlsFolder);
    FirstFailure failure = new FirstFailure();
    RingCollectives joined;
    try (Rendezvous rendezvous =
        Rendezvous.begin(List.copyOf(peers), tls, greeting, silence, failure)) {
      Ring ring = rendezvous.await(patience);
      joined = new RingCollectives(greeting, peers.get(greeting.rank()), failure, ring);
    }
    try {
      joined.barrier(); // neighbours are there; now all are
      return joined;
    } catch (RuntimeException e) {
      joined.close();
      throw e;
    }
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void allReduce(FloatBuffer values) {
    run(Kind.ALL_REDUCE, Buffers.of(values), Route.allReduce(floats(values), rank));
  }

  @Override
  public void reduceScatter(FloatBuffer values) {
    run(Kind.REDUCE_SCATTER, Buffers.of(values), Route.reduceScatter(floats(values), rank));
  }

  @Override
  public void allGather(FloatBuffer values) {
    run(Kind.ALL_GATHER, Buffers.of(values), Route.allGather(floats(values), rank));
  }

  private Route.Chunks floats(FloatBuffer values) {
    return new Route.Chunks(values.remaining(), Float.BYTES, size);
  }

  private void run(Kind kind, MemorySegment memory, Route route) {
    run(kind, memory.byteSize() / Float.BYTES, 0, memory, route);
  }

  /** Every rank gets the numbers of all, and adds them itself. */
  @Override
  public double[] allReduce(double... values) {
    int count = values.length;
    Route.Chunks chunks = new Route.Chunks((long) size * count, Double.BYTES, size);
    double[] sums = new double[count];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocate(ValueLayout.JAVA_DOUBLE, Math.max(1, size * (long) count));
      MemorySegment.copy(
          values, 0, all, ValueLayout.JAVA_DOUBLE, (long) rank * count * Double.BYTES, count);
      run(Kind.ALL_REDUCE_NUMBERS, count, 0, all, Route.allGather(chunks, rank));
      for (int from = 0; from < size; from++) {
        for (int i = 0; i < count; i++) {
          sums[i] += all.getAtIndex(ValueLayout.JAVA_DOUBLE, (long) from * count + i);
        }
      }
    }
    return sums;
  }

  @Override
  public void broadcast(ByteBuffer bytes, int root) {
    Buffers.requireRank(root, size);
    MemorySegment memory = Buffers.of(bytes);
    long length = memory.byteSize();
    run(Kind.BROADCAST, length, root, memory, Route.broadcast(length, root, rank, size));
  }

  /** A byte of each goes round: whoever has all of them knows that all have come. */
  @Override
  public void barrier() {
    Route route = Route.allGather(new Route.Chunks(size, 1, size), rank);
    try (Arena arena = Arena.ofConfined()) {
      run(Kind.BARRIER, size, 0, arena.allocate(size), route);
    }
  }

  private void run(Kind kind, long amount, int root, MemorySegment memory, Route route) {
    failure.throwIfAny();
    if (closed) {
      throw new IllegalStateException("collectives are closed");
    }
    ring.run(new Operation(kind, operations++, amount, root), memory, route, own);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      ring.close();
    }
  }
}
