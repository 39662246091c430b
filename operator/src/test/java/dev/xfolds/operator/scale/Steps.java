package dev.xfolds.operator.scale;

import java.time.Duration;
import java.time.Instant;

/**
 * Steps that tell the time: a trainer that is asked says how many tenths of a second have passed
 * since a moment, so whoever reads the step later knows how old it is.
 *
 * @param since the moment of step 0
 */
record Steps(Instant since) {
  private static final long MILLIS = 100;

  long at(Instant now) {
    return Duration.between(since, now).toMillis() / MILLIS;
  }

  /** Seconds since a step was the latest. */
  double age(long step, Instant now) {
    return (Duration.between(since, now).toMillis() - step * MILLIS) / 1e3;
  }
}
