package dev.xfolds.operator.scale;

import java.util.Collection;
import java.util.List;

/** Percentiles by nearest rank: each is one of the values. */
record Percentiles(List<Double> sorted) {
  Percentiles {
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("percentiles need at least one value");
    }
    sorted = sorted.stream().sorted().toList();
  }

  static Percentiles of(Collection<Double> values) {
    return new Percentiles(List.copyOf(values));
  }

  /**
   * The smallest value that at least so many percent of all reach no further than.
   *
   * @param percent 1..100
   */
  double at(int percent) {
    return sorted.get(Math.ceilDiv(percent * sorted.size(), 100) - 1);
  }

  double median() {
    return at(50);
  }

  double least() {
    return sorted.getFirst();
  }

  double greatest() {
    return sorted.getLast();
  }
}
