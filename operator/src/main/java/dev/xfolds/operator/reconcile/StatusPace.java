package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.status.Statuses;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often the status of a run is written. A run that comes up has another one every second, and
 * many that come up at once would keep the API server busy with them: what is no news waits until
 * the last status is a few seconds old, and then is told in one.
 */
final class StatusPace {
  static final Duration APART = Duration.ofSeconds(5);

  /** Between these a run comes up, and its evaluator or trainer comes back. */
  private static final Set<String> COMING_UP = Set.of("Pending", "Running");

  private final Clock clock;
  private final Map<String, Instant> written = new ConcurrentHashMap<>();

  StatusPace(Clock clock) {
    this.clock = clock;
  }

  /**
   * How long a status has to wait; empty if it is to be written now.
   *
   * @param run with the status that the cluster has
   */
  Optional<Duration> left(TrainingRun run, TrainingRunStatus now) {
    TrainingRunStatus before = run.getStatus();
    if (before == null || isNews(before, now, Queues.name(run).isPresent())) {
      return Optional.empty();
    }
    return Optional.ofNullable(written.get(run.getMetadata().getUid()))
        .map(last -> Duration.between(clock.instant(), last.plus(APART)))
        .filter(Duration::isPositive);
  }

  void written(TrainingRun run) {
    written.put(run.getMetadata().getUid(), clock.instant());
  }

  void forget(String uid) {
    written.remove(uid);
  }

  /**
   * What users wait for, and what another operator could not find out by itself: of a run in a
   * queue, only status knows the numbers of its attempts.
   */
  private static boolean isNews(TrainingRunStatus before, TrainingRunStatus now, boolean queued) {
    boolean anotherState = !Objects.equals(now.state(), before.state());
    return Statuses.isTerminal(now)
        || (anotherState && !(comesUp(before) && comesUp(now)))
        || !Objects.equals(now.observedGeneration(), before.observedGeneration())
        || ended(now) != ended(before)
        || (queued && !Objects.equals(now.attemptCount(), before.attemptCount()));
  }

  private static boolean comesUp(TrainingRunStatus status) {
    return status.state() != null && COMING_UP.contains(status.state());
  }

  /** Attempts that have ended; status lists the latest only. */
  private static long ended(TrainingRunStatus status) {
    long going = status.attempts().stream().filter(attempt -> attempt.endedAt() == null).count();
    return (status.attemptCount() == null ? 0 : status.attemptCount()) - going;
  }
}
