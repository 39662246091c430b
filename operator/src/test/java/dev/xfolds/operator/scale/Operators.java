package dev.xfolds.operator.scale;

import java.time.Duration;

/** The operator that runs now; each has a name of its own, as pods have. */
final class Operators implements AutoCloseable {
  private static final Duration TO_LEAD = Duration.ofMinutes(2);

  private final Bench bench;
  private OperatorLife current;
  private int started;

  Operators(Bench bench) {
    this.bench = bench;
  }

  /** The one that leads; started if there is none, or it has died. */
  OperatorLife leading() {
    if (current == null || !current.lives()) {
      start().awaitLeading(TO_LEAD);
    }
    return current;
  }

  /** Ends the one that runs, and starts another that has seen nothing yet. */
  OperatorLife fresh() {
    if (current != null) {
      current.terminate();
      current.awaitEnd();
    }
    return leading();
  }

  /** Starts one beside the one before, which has been told to end. */
  OperatorLife start() {
    started++;
    current = OperatorLife.start(bench, started);
    return current;
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
    }
  }
}
