package dev.xfolds.operator.observe;

import dev.xfolds.contract.v1.ExitCode;
import java.time.Duration;
import java.util.List;

/**
 * What follows an exit code of a trainer.
 *
 * @param maxRestarts over the life of the run; on one machine, of one command
 * @param backoff before the first restart; doubled for each further one
 * @param maxBackoff bound of the doubling
 * @param rules of the user; the first that has the code decides
 */
public record RestartPolicy(
    int maxRestarts, Duration backoff, Duration maxBackoff, List<ExitRule> rules) {
  private static final int MAX_OUT_OF_MEMORY = 2;

  public RestartPolicy {
    rules = List.copyOf(rules);
  }

  /** Without rules of the user. */
  public RestartPolicy(int maxRestarts, Duration backoff, Duration maxBackoff) {
    this(maxRestarts, backoff, maxBackoff, List.of());
  }

  /** What to do next. */
  public sealed interface Decision {
    record Done() implements Decision {}

    /** Starts again, from the last checkpoint. */
    record Restart(Duration after, String reason) implements Decision {}

    record GiveUp(String reason, String message, boolean usersMistake) implements Decision {}
  }

  public static RestartPolicy ofOneMachine() {
    return new RestartPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  /**
   * Decides after an attempt that nobody asked to stop.
   *
   * @param codes exit codes of the attempts of this command, oldest first, the one to decide on
   *     last
   */
  public Decision decide(List<Integer> codes) {
    int outOfMemory =
        (int) codes.stream().filter(code -> code == ExitCode.OUT_OF_MEMORY_VALUE).count();
    return decide(codes.getLast(), codes.size(), outOfMemory);
  }

  /**
   * Decides after an attempt that nobody asked to stop.
   *
   * @param code of the attempt
   * @param failures of the run, this one counted
   * @param outOfMemory so many of them were for lack of memory
   */
  public Decision decide(int code, int failures, int outOfMemory) {
    if (code != ExitCode.DONE_VALUE && code != ExitCode.INVALID_VALUE) {
      for (int i = 0; i < rules.size(); i++) {
        if (rules.get(i).codes().contains(code)) {
          return rules.get(i).retry() ? restart(code, failures) : giveUp(code, i);
        }
      }
    }
    return switch (code) {
      case ExitCode.DONE_VALUE -> new Decision.Done();
      case ExitCode.INVALID_VALUE ->
          new Decision.GiveUp(
              "Invalid", "plan or data is wrong (exit code 2, never retried)", true);
      case ExitCode.BUG_VALUE ->
          new Decision.GiveUp("Bug", "an error of xfolds (exit code 1, never retried)", false);
      case ExitCode.OUT_OF_MEMORY_VALUE ->
          outOfMemory > MAX_OUT_OF_MEMORY
              ? new Decision.GiveUp(
                  "OutOfMemory",
                  "out of memory %d times (exit code 11): lower training.batchSize or raise resources.memory"
                      .formatted(MAX_OUT_OF_MEMORY + 1),
                  false)
              : restart(code, failures);
      default -> restart(code, failures);
    };
  }

  /** One CamelCase word for an exit code. */
  public static String reason(int code) {
    return switch (code) {
      case ExitCode.DONE_VALUE -> "Done";
      case ExitCode.BUG_VALUE -> "Bug";
      case ExitCode.INVALID_VALUE -> "Invalid";
      case ExitCode.RETRY_VALUE -> "Retry";
      case ExitCode.OUT_OF_MEMORY_VALUE -> "OutOfMemory";
      case ExitCode.STOPPED_VALUE -> "Stopped";
      case 127 -> "Crashed"; // the JVM in native code, as the first process of its container
      case 137 -> "Killed";
      default -> code > 128 && code < 160 ? "Signal" + (code - 128) : "ExitCode" + code;
    };
  }

  private static Decision giveUp(int code, int rule) {
    return new Decision.GiveUp(
        "FailedByRule",
        "exit code %d (%s), and spec.failurePolicy.rules[%d] says fail"
            .formatted(code, reason(code), rule),
        false);
  }

  private Decision restart(int code, int failures) {
    String reason = reason(code);
    if (failures > maxRestarts) {
      return new Decision.GiveUp(
          "TooManyRestarts",
          "ended %d times, last with exit code %d (%s); maxRestarts is %d"
              .formatted(failures, code, reason, maxRestarts),
          false);
    }
    return new Decision.Restart(delay(failures), reason);
  }

  /** Before the n-th restart, from 1. */
  public Duration delay(int restart) {
    return new Backoff(backoff, maxBackoff).before(restart);
  }
}
