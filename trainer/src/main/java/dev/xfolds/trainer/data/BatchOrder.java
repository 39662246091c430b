package dev.xfolds.trainer.data;

import dev.xfolds.trainer.config.TrainerException;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * Which samples make up which step: a permutation per epoch that depends on seed and epoch alone.
 * What is left of an epoch after its last whole batch is dropped; it is another part in every
 * epoch.
 */
public final class BatchOrder {

  private static final int MAX_EPOCH = 1 << 28;

  private final long seed;
  private final double[] weights;
  private final int batchSize;
  private final int epochSize;
  private long cachedEpoch = -1;
  private int[] cached = {};

  /**
   * Makes the order of a data set.
   *
   * @param weights of each sample, at least 1: how often it comes in an epoch; of a fraction, a
   *     seeded draw decides in each epoch
   * @throws TrainerException code 2 if a batch is larger than the data, or an epoch than 2^28
   */
  public BatchOrder(long seed, double[] weights, int batchSize) {
    if (batchSize > weights.length) {
      throw TrainerException.invalid(
          "spec.training.batchSize must be at most the number of training samples (%d), was %d"
              .formatted(weights.length, batchSize));
    }
    this.seed = seed;
    this.weights = weights.clone();
    this.batchSize = batchSize;
    this.epochSize = epochSize(weights);
  }

  private static int epochSize(double[] weights) {
    double sum = Arrays.stream(weights).sum();
    if (sum > MAX_EPOCH) {
      throw TrainerException.invalid(
          "spec.data[].weight must be nearer to each other: an epoch has at most %,d samples, was %,.0f"
              .formatted(MAX_EPOCH, sum));
    }
    return (int) Math.floor(sum + 1e-6);
  }

  public long stepsPerEpoch() {
    return epochSize / batchSize;
  }

  public long epoch(long step) {
    return step / stepsPerEpoch();
  }

  /** Indices of the samples of a step, counted from 0. */
  public int[] batch(long step) {
    int start = Math.toIntExact(step % stepsPerEpoch()) * batchSize;
    return Arrays.copyOfRange(permutation(epoch(step)), start, start + batchSize);
  }

  /**
   * What one of several ranks takes of each batch: of each part as many samples as every other one,
   * in order, so that together they pass the same parts through as one rank alone.
   *
   * @param parts of a batch that pass through the model one after the other; parts x ranks divides
   *     its size
   */
  public LongFunction<int[]> share(int rank, int ranks, int parts) {
    int part = batchSize / parts;
    int size = part / ranks;
    return step -> {
      int[] all = batch(step);
      int[] own = new int[size * parts];
      for (int i = 0; i < parts; i++) {
        System.arraycopy(all, i * part + rank * size, own, i * size, size);
      }
      return own;
    };
  }

  private synchronized int[] permutation(long epoch) {
    if (epoch != cachedEpoch) {
      cached = permute(epoch);
      cachedEpoch = epoch;
    }
    return cached;
  }

  private int[] permute(long epoch) {
    SplitMix random = SplitMix.of(seed, epoch);
    int[] fill = new int[weights.length];
    for (int i = 0; i < fill.length; i++) {
      fill[i] = i;
    }
    random.shuffle(fill);
    // Errors of rounding are carried along the shuffled order, so that every epoch has the same
    // size.
    int[] order = new int[epochSize];
    int filled = 0;
    double owed = 1e-6;
    for (int sample : fill) {
      owed += weights[sample];
      for (; owed >= 1 && filled < epochSize; owed--) {
        order[filled++] = sample;
      }
    }
    random.shuffle(order);
    return order;
  }
}
