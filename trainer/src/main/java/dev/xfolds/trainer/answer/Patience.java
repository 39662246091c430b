package dev.xfolds.trainer.answer;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides whether and when a lost stream is opened again: after growing pauses, until several
 * streams in a row have ended without an answer more at the evaluator.
 */
final class Patience {

  private final int attempts;
  private final Duration firstPause;
  private final Duration largestPause;
  private int stored = Integer.MAX_VALUE;
  private int failures;

  Patience(int attempts, Duration firstPause, Duration largestPause) {
    this.attempts = attempts;
    this.firstPause = firstPause;
    this.largestPause = largestPause;
  }

  /** A session began with so many answers at the evaluator; more than before is progress. */
  void begun(int answers) {
    if (answers > stored) {
      failures = 0;
    }
    stored = answers;
  }

  /** How long to wait after a lost stream, or empty to give up. */
  Optional<Duration> afterLoss() {
    failures++;
    if (failures >= attempts) {
      return Optional.empty();
    }
    Duration pause = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
    return Optional.of(pause.compareTo(largestPause) < 0 ? pause : largestPause);
  }

  /** Streams lost in a row. */
  int failures() {
    return failures;
  }
}
