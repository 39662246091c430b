package dev.xfolds.trainer.parallel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the ranks of a run do together. Every rank calls the same operations in the same order, with
 * buffers of the same size; an operation returns when this rank's part is done. Sums are made in an
 * order that depends on sizes alone, so they have the same bits on every rank and at every time.
 *
 * <p>Chunk {@code r} of {@code n} elements is that of rank {@code r}: from {@code r * n / size} to
 * {@code (r + 1) * n / size}.
 *
 * <p>Buffers are direct, can be written, have the native order, and count from position to limit,
 * which stay as they are. Operations are called by one thread at a time. Each throws
 *
 * <ul>
 *   <li>{@link dev.xfolds.trainer.config.TrainerException} code 10 if a rank is lost (named, on
 *       every rank), or if the thread is interrupted, which stays marked
 *   <li>IllegalStateException if ranks are out of step (both operations are named, on every rank),
 *       or after {@link #close}
 * </ul>
 *
 * and after a failure each later operation throws it again.
 */
public interface Collectives extends AutoCloseable {

  /** Without a byte from a neighbour for so long, it is lost. */
  Duration SILENCE = Duration.ofSeconds(20);

  /**
   * Waits until all ranks of the run have met.
   *
   * @param peers where each rank listens, in the order of ranks; this rank listens at the port of
   *     its own
   * @param tlsFolder with ca.crt, tls.crt and tls.key of this run: only processes with a
   *     certificate of that authority are let in
   * @param greeting of this rank
   * @param patience for the others to appear
   * @param silence without a sign of life after which a neighbour is lost
   * @throws dev.xfolds.trainer.config.TrainerException code 2 if the certificates are no good, or
   *     ranks have another plan, version or size; code 10 if they have another run or attempt, one
   *     has not appeared, or the thread is interrupted
   */
  static Collectives join(
      List<Peer> peers, Path tlsFolder, Greeting greeting, Duration patience, Duration silence) {
    if (greeting.size() != peers.size()) {
      throw new IllegalArgumentException(
          "peers must be %d (size of the greeting), were %d"
              .formatted(greeting.size(), peers.size()));
    }
    if (silence.toMillis() < 1) {
      throw new IllegalArgumentException("silence must be positive, was " + silence);
    }
    return peers.size() == 1
        ? new SingleRank()
        : RingCollectives.join(peers, tlsFolder, greeting, patience, silence);
  }

  /** The same, with {@link #SILENCE}. */
  static Collectives join(List<Peer> peers, Path tlsFolder, Greeting greeting, Duration patience) {
    return join(peers, tlsFolder, greeting, patience, SILENCE);
  }

  int rank();

  int size();

  /** Replaces values by their sums over all ranks. */
  void allReduce(FloatBuffer values);

  /**
   * Sums of a few numbers, in the order of ranks.
   *
   * @return as many as were given
   */
  double[] allReduce(double... values);

  /** Replaces this rank's chunk by its sums over all ranks; the other chunks become undefined. */
  void reduceScatter(FloatBuffer values);

  /** Gives this rank's chunk and replaces the other chunks by those of their ranks. */
  void allGather(FloatBuffer values);

  /**
   * Replaces the bytes by those of one rank.
   *
   * @param root whose they are
   */
  void broadcast(ByteBuffer bytes, int root);

  /** Returns when every rank has called it. */
  void barrier();

  /**
   * Leaves the others: those that are in an operation, or begin one, lose this rank. Waits for
   * nobody, and may be called by any thread and again.
   */
  @Override
  void close();
}
