package dev.xfolds.operator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting with a limit. */
final class Await {
  private static final Duration POLL = Duration.ofMillis(100);

  private Await() {}

  /**
   * Waits until something is so.
   *
   * @param what is awaited, with how far it is; asked when the time is over
   * @return when it was seen to be so
   * @throws ScaleException if it is not so in time
   */
  static Instant until(Duration atMost, BooleanSupplier so, Supplier<String> what) {
    Instant limit = Instant.now().plus(atMost);
    while (!so.getAsBoolean()) {
      if (Instant.now().isAfter(limit)) {
        throw new ScaleException("not within %d s: %s".formatted(atMost.toSeconds(), what.get()));
      }
      pass(POLL);
    }
    return Instant.now();
  }

  static Instant until(Duration atMost, BooleanSupplier so, String what) {
    return until(atMost, so, () -> what);
  }

  /** Lets time pass: a window in which something is counted. */
  static void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ScaleException("interrupted", e);
    }
  }
}
