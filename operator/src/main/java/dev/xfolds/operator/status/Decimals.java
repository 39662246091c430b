package dev.xfolds.operator.status;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as status holds them. */
final class Decimals {
  /** Beyond these a decimal is longer than status may hold. */
  private static final double SMALLEST = 1e-15;

  /** Below it BigDecimal itself has an exponent. */
  private static final double SHORT = 1e-6;

  private static final double LARGEST = 1e20;

  private Decimals() {}

  /**
   * Four significant digits, at most 24 characters, small ones as 8.43e-8; null where that cannot
   * be.
   */
  static String decimal(double value) {
    if (!Double.isFinite(value) || Math.abs(value) > LARGEST) {
      return null;
    }
    if (Math.abs(value) < SMALLEST) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    return Math.abs(value) < SHORT ? rounded.toString().replace('E', 'e') : rounded.toPlainString();
  }
}
