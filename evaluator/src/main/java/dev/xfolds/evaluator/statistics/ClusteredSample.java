package dev.xfolds.evaluator.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * Questions in clusters (images), with one seeded set of resamples that every estimate shares, so
 * that the same seed gives the same intervals.
 *
 * <p>Intervals are 95 % percentile intervals of a bootstrap that draws whole clusters. Below
 * {@value #FEW_IMAGES} clusters, or with a share outside 0.1 to 0.9, that bootstrap covers too
 * little (and not at all when every answer is right); then a score interval on an effective sample
 * size takes its place: {@link SmallSample}.
 */
public final class ClusteredSample {

  /** Enough that the bounds' Monte Carlo error stays below a tenth of the interval's width. */
  public static final int RESAMPLES = 10_000;

  static final int FEW_IMAGES = 50;
  private static final double LOW_SHARE = 0.1;
  private static final double HIGH_SHARE = 0.9;
  private static final double TAIL = 0.025;

  private final int[] clusterOfItem;
  private final int clusters;

  private final int resamples;

  /** How often resample r holds cluster k: [k][r]. */
  private final short[][] counts;

  /**
   * @param clusterOfItem cluster of each question, numbered from 0 without gaps
   */
  public ClusteredSample(int[] clusterOfItem, int resamples, long seed) {
    this.clusterOfItem = clusterOfItem.clone();
    this.clusters = Arrays.stream(clusterOfItem).max().orElse(-1) + 1;
    if (resamples < 1) {
      throw new IllegalArgumentException("resamples must be at least 1, was " + resamples);
    }
    this.resamples = resamples;
    this.counts = new short[clusters][resamples];
    var random = new SplittableRandom(seed);
    for (int r = 0; r < resamples; r++) {
      for (int draw = 0; draw < clusters; draw++) {
        counts[random.nextInt(clusters)][r]++;
      }
    }
  }

  /**
   * Share of right answers.
   *
   * @param group positions of the questions that count, each once
   * @param right by position, for all questions
   */
  public Estimate proportion(int[] group, boolean[] right) {
    if (group.length == 0) {
      return Estimate.NONE;
    }
    double[] values = new double[right.length];
    for (int item : group) {
      values[item] = right[item] ? 1 : 0;
    }
    ClusterSums sums = ClusterSums.of(group, clusterOfItem, clusters, values);
    double share = sums.mean();
    Interval interval = isSmall(sums, share) ? SmallSample.proportion(sums) : bootstrap(sums);
    return new Estimate(
        group.length, sums.clusters(), OptionalDouble.of(share), Optional.of(interval));
  }

  /** Share of right answers of the first minus that of the second, on the same questions. */
  public Estimate difference(int[] group, boolean[] first, boolean[] second) {
    if (group.length == 0) {
      return Estimate.NONE;
    }
    double[] values = new double[first.length];
    var table = new PairedTable();
    for (int item : group) {
      values[item] = (first[item] ? 1 : 0) - (second[item] ? 1 : 0);
      table.count(first[item], second[item]);
    }
    ClusterSums sums = ClusterSums.of(group, clusterOfItem, clusters, values);
    boolean small =
        isSmall(sums, table.firstShare())
            || isSmall(sums, table.secondShare())
            || sums.isConstant();
    Interval interval = small ? SmallSample.difference(sums, table) : bootstrap(sums);
    return new Estimate(
        group.length, sums.clusters(), OptionalDouble.of(sums.mean()), Optional.of(interval));
  }

  private static boolean isSmall(ClusterSums sums, double share) {
    return sums.clusters() < FEW_IMAGES || share < LOW_SHARE || share > HIGH_SHARE;
  }

  /**
   * Percentile interval; resamples without a question of the group do not count. Sums of right
   * answers are whole numbers below 2^24, exact in a float.
   */
  Interval bootstrap(ClusterSums sums) {
    float[] totals = new float[resamples];
    int[] sizes = new int[resamples];
    for (int k = 0; k < sums.clusters(); k++) {
      short[] times = counts[sums.cluster(k)];
      float total = (float) sums.total(k);
      int size = sums.size(k);
      for (int r = 0; r < resamples; r++) {
        totals[r] += times[r] * total;
        sizes[r] += times[r] * size;
      }
    }
    double[] means = new double[resamples];
    int filled = 0;
    for (int r = 0; r < resamples; r++) {
      if (sizes[r] > 0) {
        means[filled++] = (double) totals[r] / sizes[r];
      }
    }
    if (filled == 0) {
      return new Interval(sums.mean(), sums.mean());
    }
    double[] sorted = Arrays.copyOf(means, filled);
    Arrays.sort(sorted);
    return new Interval(quantile(sorted, TAIL), quantile(sorted, 1 - TAIL));
  }

  /** Linear between order statistics, as numpy's default. */
  private static double quantile(double[] sorted, double p) {
    double position = p * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
