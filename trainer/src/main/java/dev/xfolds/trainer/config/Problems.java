package dev.xfolds.trainer.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a plan, by field path, so that a user sees all of it at once. */
final class Problems {

  private final List<String> found = new ArrayList<>();

  void require(boolean holds, String field, String expected, Object was) {
    if (!holds) {
      found.add("%s must be %s, was %s".formatted(field, expected, was));
    }
  }

  void positive(String field, long value) {
    require(value > 0, field, "positive", value);
  }

  void notNegative(String field, long value) {
    require(value >= 0, field, "zero or positive", value);
  }

  void positive(String field, double value) {
    require(value > 0 && Double.isFinite(value), field, "positive", value);
  }

  void notNegative(String field, double value) {
    require(value >= 0 && Double.isFinite(value), field, "zero or positive", value);
  }

  void fraction(String field, double value) {
    require(value >= 0 && value < 1, field, "at least 0 and below 1", value);
  }

  void divides(String field, long value, String by, long divisor) {
    require(
        divisor > 0 && value % divisor == 0,
        field,
        "a multiple of %s (%d)".formatted(by, divisor),
        value);
  }

  /** A path that stays on its volume: relative, without "..". */
  void relative(String field, String path) {
    require(
        !path.isEmpty()
            && !path.startsWith("/")
            && path.indexOf('\0') < 0
            && !List.of(path.split("/", -1)).contains(".."),
        field,
        "a path below its volume",
        "\"" + path + "\"");
  }

  List<String> found() {
    return List.copyOf(found);
  }
}
