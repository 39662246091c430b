package dev.xfolds.operator.observe;

import dev.xfolds.contract.v1.ExitCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/** The account of attempts: what was known, and what the pods show now. */
public final class Attempts {
  private Attempts() {}

  /**
   * A trainer pod, as the account needs it.
   *
   * @param attempt that its annotation names
   * @param rank of its first process
   * @param createdAt by the API server's clock
   * @param node empty before it is scheduled
   * @param ending empty while it runs
   */
  public record TrainerPod(
      int attempt, int rank, Instant createdAt, String node, Optional<Ending> ending) {

    /** The same pod, which has ended. */
    public TrainerPod ended(Ending end) {
      return new TrainerPod(attempt, rank, createdAt, node, Optional.of(end));
    }
  }

  /**
   * Brings the account up to date.
   *
   * @param before oldest first
   * @param pods that exist, or were seen to end since the last account
   * @param now when an attempt ended whose end nobody saw
   * @param wanted whether the operator has not asked the run to stop
   */
  public static List<Attempt> update(
      List<Attempt> before, List<TrainerPod> pods, Instant now, boolean wanted) {
    List<Attempt> attempts = new ArrayList<>(before);
    int known = before.isEmpty() ? 0 : before.getLast().number();
    pods.stream()
        .filter(pod -> pod.attempt() > known)
        .sorted(Comparator.comparingInt(TrainerPod::attempt).thenComparingInt(TrainerPod::rank))
        .filter(pod -> attempts.isEmpty() || attempts.getLast().number() < pod.attempt())
        .forEach(
            pod -> attempts.add(Attempt.started(pod.attempt(), pod.createdAt()).on(pod.node())));
    attempts.replaceAll(attempt -> attempt.running() ? look(attempt, pods, now, wanted) : attempt);
    return attempts;
  }

  /**
   * Whether a failure counts against maxRestarts: nobody took the pod away or asked it to stop. Of
   * one that was asked and did not stop as it should, status has only its message to tell.
   */
  public static boolean failed(Attempt attempt) {
    return attempt.endedAt().isPresent()
        && attempt.exitCode().isPresent()
        && attempt.exitCode().getAsInt() != ExitCode.DONE_VALUE
        && !TAKEN.contains(attempt.reason())
        && !attempt.message().endsWith(UNCLEAN);
  }

  /** How many of the latest attempts without a gap are so. */
  public static int inARow(List<Attempt> attempts, Predicate<Attempt> so) {
    return (int) attempts.reversed().stream().takeWhile(so).count();
  }

  /** Reason of an attempt whose pod was taken away before it could end by itself. */
  public static final String DISRUPTED = "Disrupted";

  /** Reason of an attempt that ended because the operator asked, with a checkpoint. */
  public static final String STOPPED = "Stopped";

  /** Reason of an attempt that got SIGTERM, and neither operator, queue nor cluster had asked. */
  public static final String TERMINATED = "Terminated";

  /** Ends the message of an attempt that was asked to stop, and ended otherwise than it should. */
  private static final String UNCLEAN = "asked to stop, but no checkpoint was written at the stop";

  private static final String WHO =
      "asked to end, not by the operator: see the pod's events, whether its liveness probe failed";

  /** Reason of an attempt whose hardware the queue gave to another run. */
  public static final String PREEMPTED = "Preempted";

  private static final Set<String> TAKEN = Set.of(DISRUPTED, STOPPED, PREEMPTED);

  private static Attempt look(Attempt attempt, List<TrainerPod> pods, Instant now, boolean wanted) {
    List<TrainerPod> mine = pods.stream().filter(pod -> pod.attempt() == attempt.number()).toList();
    boolean several = mine.stream().mapToInt(TrainerPod::rank).distinct().count() > 1;
    Attempt placed =
        mine.stream()
            .min(Comparator.comparingInt(TrainerPod::rank))
            .filter(first -> !first.node().isEmpty())
            .map(first -> attempt.on(first.node()))
            .orElse(attempt);
    Optional<TrainerPod> over = finished(mine).or(() -> Cause.of(mine));
    if (over.isPresent()) {
      TrainerPod pod = over.get();
      return isSettled(pod, mine, now) ? end(where(placed, pod), pod, wanted, several) : placed;
    }
    return mine.stream().anyMatch(pod -> pod.ending().isEmpty())
        ? placed
        : placed.ended(now, OptionalInt.empty(), wanted ? DISRUPTED : STOPPED, "");
  }

  /** Rank 0 is done when everything is; others may be done before it. */
  private static Optional<TrainerPod> finished(List<TrainerPod> mine) {
    return mine.stream()
        .filter(pod -> pod.rank() == 0)
        .filter(
            pod ->
                pod.ending()
                    .filter(end -> end.code().equals(OptionalInt.of(ExitCode.DONE_VALUE)))
                    .isPresent())
        .findFirst();
  }

  /** A rank that lost another one may be seen to end before that one is. */
  private static boolean isSettled(TrainerPod pod, List<TrainerPod> mine, Instant now) {
    Ending ending = pod.ending().orElseThrow();
    return !Cause.isOfAnother(ending)
        || mine.stream().allMatch(one -> one.ending().isPresent())
        || now.isAfter(ending.at().plus(Cause.ABOUT));
  }

  private static Attempt where(Attempt attempt, TrainerPod pod) {
    return pod.node().isEmpty() ? attempt : attempt.on(pod.node());
  }

  private static Attempt end(Attempt attempt, TrainerPod pod, boolean wanted, boolean several) {
    Ending ending = pod.ending().orElseThrow();
    String words =
        several && !ending.words().isEmpty()
            ? "worker %d: %s".formatted(pod.rank(), ending.words())
            : ending.words();
    if (ending.code().isEmpty()) {
      return attempt.ended(ending.at(), ending.code(), wanted ? DISRUPTED : STOPPED, words);
    }
    int code = ending.code().getAsInt();
    boolean ownFault = Cause.isOwnFault(code);
    boolean done = code == ExitCode.DONE_VALUE;
    boolean stopped = code == ExitCode.STOPPED_VALUE;
    if (stopped && wanted && !ending.disrupted()) {
      return attempt.ended(ending.at(), ending.code(), TERMINATED, WHO);
    }
    String reason = RestartPolicy.reason(code);
    if (!wanted && !ownFault && !done && !stopped) {
      String lines = ending.words().isEmpty() ? "" : ending.words() + "\n";
      return attempt.ended(ending.at(), ending.code(), reason, lines + UNCLEAN);
    }
    if (wanted && ending.disrupted() && !ownFault && !done) {
      reason = DISRUPTED;
    }
    if (done || stopped) { // its last lines are no words
      words = reason.equals(DISRUPTED) ? ending.whyTaken() : "";
    }
    return attempt.ended(ending.at(), ending.code(), reason, words);
  }
}
