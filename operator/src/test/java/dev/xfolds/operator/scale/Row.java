package dev.xfolds.operator.scale;

import java.util.Locale;
import java.util.Optional;

/**
 * One line of the table.
 *
 * @param what was measured
 * @param measured the number with its unit
 * @param target empty if there is none: the number explains others
 * @param ok whether it meets the target; empty without one
 */
record Row(String what, String measured, String target, Optional<Boolean> ok) {

  static Row atMost(String what, double value, double target, String unit) {
    return new Row(
        what, number(value, unit), "<= " + number(target, unit), Optional.of(value <= target));
  }

  static Row below(String what, double value, double target, String unit) {
    return new Row(
        what, number(value, unit), "< " + number(target, unit), Optional.of(value < target));
  }

  static Row atLeast(String what, double value, double target, String unit) {
    return new Row(
        what, number(value, unit), ">= " + number(target, unit), Optional.of(value >= target));
  }

  /** Without a target. */
  static Row says(String what, String measured) {
    return new Row(what, measured, "", Optional.empty());
  }

  static Row says(String what, double value, String unit) {
    return says(what, number(value, unit));
  }

  /** Hundreds without decimals, small numbers with two. */
  static String number(double value, String unit) {
    boolean whole = value == Math.rint(value) || Math.abs(value) >= 100;
    String text = String.format(Locale.ROOT, whole ? "%.0f" : "%.2f", value);
    return unit.isEmpty() ? text : text + " " + unit;
  }
}
