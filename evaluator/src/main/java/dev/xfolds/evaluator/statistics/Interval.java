package dev.xfolds.evaluator.statistics;

/** A 95 % confidence interval, bounds included. */
public record Interval(double low, double high) {

  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("low must be at most high, was " + low + " > " + high);
    }
  }

  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
