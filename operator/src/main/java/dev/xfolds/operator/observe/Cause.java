package dev.xfolds.operator.observe;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.operator.observe.Attempts.TrainerPod;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which rank ended an attempt. The others end because it did: with 10 because they lost it, with 12
 * because it told them to stop, or because Kubernetes takes the other pods of a failed Job away.
 * That may be seen first: clocks of nodes differ, and so does how soon a process is gone.
 */
public final class Cause {
  /** What ends within this time may have one cause. */
  public static final Duration ABOUT = Duration.ofSeconds(30);

  private static final Set<Integer> OWN_FAULTS =
      Set.of(ExitCode.BUG_VALUE, ExitCode.INVALID_VALUE, ExitCode.OUT_OF_MEMORY_VALUE);

  private static final Set<Integer> OF_OTHERS =
      Set.of(ExitCode.RETRY_VALUE, ExitCode.STOPPED_VALUE);

  private static final Comparator<TrainerPod> BY_END =
      Comparator.comparing((TrainerPod pod) -> end(pod).at()).thenComparingInt(TrainerPod::rank);

  private Cause() {}

  /** The rank that ended otherwise than done before the others; empty if none has. */
  public static Optional<TrainerPod> of(List<TrainerPod> pods) {
    List<TrainerPod> ended =
        pods.stream()
            .filter(pod -> pod.ending().filter(Cause::isNotDone).isPresent())
            .sorted(BY_END)
            .toList();
    if (ended.isEmpty()) {
      return Optional.empty();
    }
    Instant until = end(ended.getFirst()).at().plus(ABOUT);
    List<TrainerPod> about = ended.stream().filter(pod -> !end(pod).at().isAfter(until)).toList();
    return about.stream()
        .filter(pod -> hasOwnCause(end(pod)))
        .findFirst()
        .or(() -> takenOrTold(about));
  }

  /** Whether a rank may have ended because another one did, which is not seen to have ended yet. */
  public static boolean isOfAnother(Ending ending) {
    return !ending.disrupted() && isNotDone(ending) && !hasOwnCause(ending);
  }

  /**
   * None has a cause of its own. A pod that was taken away before any other ended is the cause; one
   * that was taken away later is a pod of a Job that had failed.
   */
  private static Optional<TrainerPod> takenOrTold(List<TrainerPod> about) {
    List<TrainerPod> told = about.stream().filter(pod -> !end(pod).disrupted()).toList();
    if (told.isEmpty()) {
      return Optional.of(about.getFirst());
    }
    return about.stream()
        .filter(pod -> end(pod).takenAt().filter(end(told.getFirst()).at()::isAfter).isPresent())
        .findFirst()
        .or(() -> told.stream().filter(pod -> !isRetry(end(pod))).findFirst())
        .or(() -> Optional.of(told.getFirst()));
  }

  /** Whether a code says what is wrong, whoever took the pod away. */
  static boolean isOwnFault(int code) {
    return OWN_FAULTS.contains(code);
  }

  private static boolean hasOwnCause(Ending ending) {
    return ending.code().isPresent()
        && (isOwnFault(ending.code().getAsInt())
            || (!ending.disrupted() && !OF_OTHERS.contains(ending.code().getAsInt())));
  }

  private static boolean isNotDone(Ending ending) {
    return ending.code().isEmpty() || ending.code().getAsInt() != ExitCode.DONE_VALUE;
  }

  private static boolean isRetry(Ending ending) {
    return ending.code().orElse(ExitCode.DONE_VALUE) == ExitCode.RETRY_VALUE;
  }

  private static Ending end(TrainerPod pod) {
    return pod.ending().orElseThrow();
  }
}
