package dev.xfolds.operator.observe;

import java.time.Duration;

/**
 * A pause that doubles.
 *
 * @param first before the first repetition
 * @param longest bound of the doubling
 */
public record Backoff(Duration first, Duration longest) {
  private static final int MAX_DOUBLINGS = 20;

  /** Before the n-th repetition, from 1. */
  public Duration before(int n) {
    Duration delay = first.multipliedBy(1L << Math.min(n - 1, MAX_DOUBLINGS));
    return delay.compareTo(longest) > 0 ? longest : delay;
  }
}
