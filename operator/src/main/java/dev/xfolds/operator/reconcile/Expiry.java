package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** When the objects of a finished run go. */
final class Expiry {
  private static final Set<String> ENDS = Set.of("Complete", "Failed");

  private Expiry() {}

  /**
   * How long the objects of a finished run stay from now; zero or less if they are to go. Empty if
   * they stay.
   */
  static Optional<Duration> left(TrainingRun run, Instant now) {
    return Optional.ofNullable(run.getSpec())
        .map(spec -> spec.ttlSecondsAfterFinished())
        .flatMap(
            seconds ->
                run.getStatus().conditions().stream()
                    .filter(
                        condition ->
                            ENDS.contains(condition.type()) && condition.status().equals("True"))
                    .map(Condition::lastTransitionTime)
                    .findFirst()
                    .map(
                        ended -> Duration.between(now, Instant.parse(ended).plusSeconds(seconds))));
  }
}
