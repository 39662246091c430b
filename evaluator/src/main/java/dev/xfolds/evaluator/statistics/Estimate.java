package dev.xfolds.evaluator.statistics;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A share of questions, or a difference of two.
 *
 * @param n questions
 * @param images clusters that they lie in
 * @param value empty if there are no questions
 */
public record Estimate(int n, int images, OptionalDouble value, Optional<Interval> interval) {

  /** Of an empty group: no value, never 0. */
  public static final Estimate NONE = new Estimate(0, 0, OptionalDouble.empty(), Optional.empty());
}
