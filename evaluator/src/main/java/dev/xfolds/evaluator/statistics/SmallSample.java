package dev.xfolds.evaluator.statistics;

/** 95 % intervals where the bootstrap covers too little, on the effective sample size. */
final class SmallSample {

  private SmallSample() {}

  /**
   * Wilson's score interval with the effective size m in place of n: centre (p + z²/2m) / (1 +
   * z²/m), half width z / (1 + z²/m) · √(p(1-p)/m + z²/4m²). Source: Dean and Pagano, Journal of
   * Survey Statistics and Methodology 3 (2015) 484-503, who find it to cover well in clustered
   * samples.
   */
  static Interval proportion(ClusterSums sums) {
    return wilson(sums.mean(), sums.effectiveSize());
  }

  /**
   * Newcombe's square-and-add interval for paired proportions on the effective size of the
   * differences: with Wilson's limits (l1, u1), (l2, u2) and correlation φ, from d - √((p1-l1)² -
   * 2φ(p1-l1)(u2-p2) + (u2-p2)²) to d + √((u1-p1)² - 2φ(u1-p1)(p2-l2) + (p2-l2)²). Source: method
   * 10 in Statistics in Medicine 17 (1998) 2635-2650.
   */
  static Interval difference(ClusterSums sums, PairedTable table) {
    double size = sums.effectiveSize();
    double p1 = table.firstShare();
    double p2 = table.secondShare();
    Interval first = wilson(p1, size);
    Interval second = wilson(p2, size);
    double correlation = table.correlation(size);
    double difference = p1 - p2;
    return new Interval(
        Math.max(-1, difference - width(p1 - first.low(), second.high() - p2, correlation)),
        Math.min(1, difference + width(first.high() - p1, p2 - second.low(), correlation)));
  }

  private static double width(double a, double b, double correlation) {
    return Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b));
  }

  static Interval wilson(double share, double size) {
    double z2 = Normal.Z * Normal.Z;
    double scale = 1 + z2 / size;
    double centre = (share + z2 / (2 * size)) / scale;
    double half = Normal.Z / scale * Math.sqrt(share * (1 - share) / size + z2 / (4 * size * size));
    return new Interval(
        Math.min(share, Math.max(0, centre - half)), Math.max(share, Math.min(1, centre + half)));
  }
}
