package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Attempts whose pods are taken away as soon as they are made, by a node that refuses them, say:
 * the first is followed at once, further ones after a pause that grows. None counts as a restart.
 */
final class Disruptions {
  private static final Duration SHORT = Duration.ofMinutes(1);

  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(5));

  private Disruptions() {}

  /**
   * When the next attempt may be made; empty if nothing holds it up.
   *
   * @param attempts oldest first
   */
  static Optional<Instant> over(List<Attempt> attempts) {
    int inARow = Attempts.inARow(attempts, Disruptions::isShort);
    return inARow < 2
        ? Optional.empty()
        : attempts.getLast().endedAt().map(end -> end.plus(BACKOFF.before(inARow - 1)));
  }

  private static boolean isShort(Attempt attempt) {
    return attempt.reason().equals(Attempts.DISRUPTED)
        && attempt
            .endedAt()
            .filter(end -> end.isBefore(attempt.startedAt().plus(SHORT)))
            .isPresent();
  }
}
