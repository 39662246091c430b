package dev.xfolds.operator.status;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as status holds them. */
final class Decimals {
  /** Beyond these a decimal is longer than status may hold. */
  private static final double SMALLEST = 1e-15;

  private static final double LARGEST = 1e20;

  private Decimals() {}

  /** Four significant digits, at most 24 characters; null where that cannot be. */
  static String decimal(double value) {
    if (!Double.isFinite(value) || Math.abs(value) > LARGEST) {
      return null;
    }
    return Math.abs(value) < SMALLEST
        ? "0"
        : new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
