package dev.xfolds.operator.plan;

/** Decimals that a spec gives as strings. */
final class Decimals {

  private Decimals() {}

  static double read(Problems problems, String text, double otherwise, String path) {
    if (text == null) {
      return otherwise;
    }
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // The schema check names the same field with the expected form; one problem a field is kept.
      problems.add(path, "must be a decimal number, was \"%s\"", text);
      return otherwise;
    }
    problems.add(path, "must be a finite number, was %s", text);
    return otherwise;
  }

  /** Above 0. */
  static double positive(Problems problems, String text, double otherwise, String path) {
    double value = read(problems, text, otherwise, path);
    if (value <= 0) {
      problems.add(path, "must be above 0, was %s", text);
    }
    return value;
  }
}
