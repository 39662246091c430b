package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.SchedulingSpec;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.Attempts.TrainerPod;
import dev.xfolds.operator.observe.Backoff;
import dev.xfolds.operator.observe.PodWaits;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Wait;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All trainer pods or none: those that have a node do not keep it for ever while others find none.
 */
final class Gang {
  /** Reason of an attempt that gave its nodes back because not all its pods had one. */
  static final String TIMEOUT = "GangTimeout";

  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  private static final Backoff BACKOFF = new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(30));

  private Gang() {}

  /**
   * How long pods may wait for each other.
   *
   * @param scheduling null where the run says nothing
   */
  static Duration timeout(SchedulingSpec scheduling) {
    return scheduling == null || scheduling.gangTimeoutSeconds() == null
        ? DEFAULT_TIMEOUT
        : Duration.ofSeconds(scheduling.gangTimeoutSeconds());
  }

  /**
   * The attempts, of which the last one has ended if its pods waited too long. It counts no
   * restart.
   *
   * @param attempts oldest first
   * @param workers pods that an attempt needs
   * @param timeout since its first pod was made
   */
  static List<Attempt> giveUp(
      List<Attempt> attempts, RunView view, int workers, Duration timeout, Instant now) {
    boolean runs = view.job().filter(job -> !job.ended() && !job.suspended()).isPresent();
    if (!runs || attempts.isEmpty() || !attempts.getLast().running()) {
      return attempts;
    }
    Attempt last = attempts.getLast();
    List<Pod> pods =
        view.trainerPods().stream()
            .filter(pod -> number(pod).equals(OptionalInt.of(last.number())))
            .toList();
    List<Pod> unplaced = pods.stream().filter(pod -> pod.getSpec().getNodeName() == null).toList();
    int placed = pods.size() - unplaced.size();
    if (placed == 0 || placed >= workers || now.isBefore(last.startedAt().plus(timeout))) {
      return attempts;
    }
    String why =
        unplaced.stream()
            .flatMap(pod -> PodWaits.of(pod, RunNames.TRAINER, now).stream())
            .map(Wait::words)
            .findFirst()
            .orElseGet(() -> "%d of %d pods exist".formatted(pods.size(), workers));
    List<Attempt> ended = new ArrayList<>(attempts);
    ended.set(
        ended.size() - 1,
        last.ended(
            now,
            OptionalInt.empty(),
            TIMEOUT,
            "%d of %d trainer pods had a node within %d s (spec.scheduling.gangTimeoutSeconds): %s"
                .formatted(placed, workers, timeout.toSeconds(), why)));
    return List.copyOf(ended);
  }

  /** The last attempt, if it gave up. */
  static Optional<Attempt> gaveUp(List<Attempt> attempts) {
    return attempts.isEmpty()
        ? Optional.empty()
        : Optional.of(attempts.getLast()).filter(last -> last.reason().equals(TIMEOUT));
  }

  /** When pods are tried again after an attempt that gave up. */
  static Instant again(List<Attempt> attempts) {
    int inARow = Attempts.inARow(attempts, attempt -> attempt.reason().equals(TIMEOUT));
    return attempts.getLast().endedAt().orElseThrow().plus(BACKOFF.before(inARow));
  }

  private static OptionalInt number(Pod pod) {
    return PodSource.trainer(pod).stream().mapToInt(TrainerPod::attempt).findFirst();
  }
}
