package dev.xfolds.operator.observe;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a process ended.
 *
 * @param at when, by the node's clock
 * @param code its exit code; killed for lack of memory counts as 11; empty if it never ran
 * @param takenAt since when somebody takes its pod away, by the API server's clock; empty if nobody
 *     did
 * @param lastLines of its log, at most 2,048 bytes
 */
public record Ending(Instant at, OptionalInt code, Optional<Instant> takenAt, String lastLines) {

  /**
   * Of a process about whose pod no more is known.
   *
   * @param disrupted whether somebody took it away, as far as known when it ended
   */
  public Ending(Instant at, OptionalInt code, boolean disrupted, String lastLines) {
    this(at, code, disrupted ? Optional.of(at) : Optional.empty(), lastLines);
  }

  /** Whether somebody took its pod away. */
  public boolean disrupted() {
    return takenAt.isPresent();
  }
}
