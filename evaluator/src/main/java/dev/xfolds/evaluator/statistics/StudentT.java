package dev.xfolds.evaluator.statistics;

/** Student's t distribution. */
final class StudentT {

  private StudentT() {}

  /**
   * Its 0.975 quantile, within 0.01 (within 0.001 from 5 degrees on). Source: Abramowitz and Stegun
   * 26.7.5; exact for 1 and 2 degrees.
   *
   * @param degrees at least 1
   */
  static double quantile975(int degrees) {
    if (degrees == 1) {
      return Math.tan(Math.PI * 0.475);
    }
    if (degrees == 2) {
      return 0.95 * Math.sqrt(2 / (1 - 0.95 * 0.95));
    }
    double z = Normal.Z;
    double z2 = z * z;
    double v = degrees;
    double g1 = z * (z2 + 1) / 4;
    double g2 = z * (5 * z2 * z2 + 16 * z2 + 3) / 96;
    double g3 = z * (3 * z2 * z2 * z2 + 19 * z2 * z2 + 17 * z2 - 15) / 384;
    double g4 =
        z
            * (79 * z2 * z2 * z2 * z2 + 776 * z2 * z2 * z2 + 1482 * z2 * z2 - 1920 * z2 - 945)
            / 92160;
    return z + g1 / v + g2 / (v * v) + g3 / (v * v * v) + g4 / (v * v * v * v);
  }
}
