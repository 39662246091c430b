package dev.xfolds.evaluator.statistics;

/** The standard normal distribution. */
final class Normal {

  /** Its 0.975 quantile. */
  static final double Z = 1.959963984540054;

  private Normal() {}
}
