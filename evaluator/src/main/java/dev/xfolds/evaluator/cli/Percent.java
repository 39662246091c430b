package dev.xfolds.evaluator.cli;

import dev.xfolds.evaluator.statistics.Estimate;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Percentages, rounded as the published scorers round: the double's exact value, half to even. */
final class Percent {

  private Percent() {}

  /**
   * 100 c / n of a group that is not empty, c right answers of n, in the order of operations that
   * the published numbers come from.
   */
  static BigDecimal of(Estimate estimate, int digits) {
    double value = estimate.value().orElseThrow();
    double right = value * estimate.n();
    double whole = Math.rint(right);
    double percent = Math.abs(right - whole) < 1e-6 ? 100 * whole / estimate.n() : 100 * value;
    return of(percent, digits);
  }

  private static BigDecimal of(double percent, int digits) {
    return new BigDecimal(percent).setScale(digits, RoundingMode.HALF_EVEN);
  }
}
