package dev.xfolds.evaluator.statistics;

/** Two answerers on the same questions: both right, only one of them, neither. */
final class PairedTable {

  private double both;
  private double onlyFirst;
  private double onlySecond;
  private double neither;

  void count(boolean first, boolean second) {
    if (first && second) {
      both++;
    } else if (first) {
      onlyFirst++;
    } else if (second) {
      onlySecond++;
    } else {
      neither++;
    }
  }

  double firstShare() {
    return (both + onlyFirst) / n();
  }

  double secondShare() {
    return (both + onlySecond) / n();
  }

  /**
   * Correlation of the two, for as many questions as are effective, with Newcombe's continuity
   * correction; 0 if one of them is always right or always wrong.
   */
  double correlation(double effectiveSize) {
    double scale = effectiveSize / n();
    double a = both * scale;
    double b = onlyFirst * scale;
    double c = onlySecond * scale;
    double d = neither * scale;
    double margins = (a + b) * (c + d) * (a + c) * (b + d);
    if (margins <= 0) {
      return 0;
    }
    double product = a * d - b * c;
    double corrected = product > 0 ? Math.max(0, product - effectiveSize / 2) : product;
    return corrected / Math.sqrt(margins);
  }

  private double n() {
    return both + onlyFirst + onlySecond + neither;
  }
}
