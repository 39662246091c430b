package dev.xfolds.evaluator.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A group's values, added up within each of its clusters. */
final class ClusterSums {

  private final int[] cluster;
  private final double[] total;
  private final int[] size;
  private final int n;
  private final double mean;

  /** Mean of (value - mean)^2 over the questions. */
  private final double variance;

  private ClusterSums(int[] cluster, double[] total, int[] size, double sum, double squares) {
    this.cluster = cluster;
    this.total = total;
    this.size = size;
    this.n = Arrays.stream(size).sum();
    this.mean = sum / n;
    this.variance = Math.max(0, squares / n - mean * mean);
  }

  static ClusterSums of(int[] group, int[] clusterOfItem, int clusters, double[] values) {
    double[] totals = new double[clusters];
    int[] sizes = new int[clusters];
    double sum = 0;
    double squares = 0;
    for (int item : group) {
      totals[clusterOfItem[item]] += values[item];
      sizes[clusterOfItem[item]]++;
      sum += values[item];
      squares += values[item] * values[item];
    }
    int[] present = IntStream.range(0, clusters).filter(k -> sizes[k] > 0).toArray();
    return new ClusterSums(
        present,
        Arrays.stream(present).mapToDouble(k -> totals[k]).toArray(),
        Arrays.stream(present).map(k -> sizes[k]).toArray(),
        sum,
        squares);
  }

  int clusters() {
    return cluster.length;
  }

  int cluster(int k) {
    return cluster[k];
  }

  double total(int k) {
    return total[k];
  }

  int size(int k) {
    return size[k];
  }

  int n() {
    return n;
  }

  double mean() {
    return mean;
  }

  /** Whether all values are equal: every resample then has the same mean. */
  boolean isConstant() {
    return variance < 1e-12;
  }

  /**
   * How many independent questions would be as informative: n over the design effect, which is the
   * linearised variance of the mean with clusters over that without, at least 1. Without variance
   * in the values the effect is unknown and every cluster counts as one question. The last factor
   * makes up for a design effect estimated from few clusters. Source: Korn and Graubard, Survey
   * Methodology 24 (1998) 193-201; the floor of 1 and the case without variance are choices of
   * ours, on the safe side.
   */
  double effectiveSize() {
    int k = clusters();
    if (k < 2) {
      return 1;
    }
    double ratio = Normal.Z / StudentT.quantile975(k - 1);
    if (isConstant()) {
      return k * ratio * ratio;
    }
    double between = 0;
    for (int i = 0; i < k; i++) {
      double residual = total[i] - mean * size[i];
      between += residual * residual;
    }
    double clustered = between * k / (k - 1) / ((double) n * n);
    double effect = Math.max(1, clustered / (variance / n));
    return Math.min(n, n / effect * ratio * ratio);
  }
}
