package dev.xfolds.operator.observe;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a process ended.
 *
 * @param at when, by the node's clock
 * @param code its exit code; killed for lack of memory counts as 11; empty if it never ran
 * @param takenAt since when somebody takes its pod away, by the API server's clock; empty if nobody
 *     did
 * @param whyTaken in the words of whoever evicted it or took it away; empty if nobody said
 * @param lastLines of its log, at most 2,048 bytes; of one that is done or stopped its progress
 */
public record Ending(
    Instant at, OptionalInt code, Optional<Instant> takenAt, String whyTaken, String lastLines) {

  /** Of a process whose pod nobody took away with words. */
  public Ending(Instant at, OptionalInt code, Optional<Instant> takenAt, String lastLines) {
    this(at, code, takenAt, "", lastLines);
  }

  /**
   * Of a process about whose pod no more is known.
   *
   * @param disrupted whether somebody took it away, as far as known when it ended
   */
  public Ending(Instant at, OptionalInt code, boolean disrupted, String lastLines) {
    this(at, code, disrupted ? Optional.of(at) : Optional.empty(), lastLines);
  }

  /** All that was said at its end, by others and by itself. */
  String words() {
    return Stream.of(whyTaken, lastLines)
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  /** Whether somebody took its pod away. */
  public boolean disrupted() {
    return takenAt.isPresent();
  }
}
