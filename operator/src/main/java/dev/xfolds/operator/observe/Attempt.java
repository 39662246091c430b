package dev.xfolds.operator.observe;

import dev.xfolds.contract.v1.ExitCode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One start of the run's trainer.
 *
 * @param number from 1, counted by the operator
 * @param startedAt when its pods were created
 * @param endedAt empty while it runs
 * @param exitCode of the first rank to end; empty while it runs, and if nobody saw the end
 * @param reason one CamelCase word once it has ended, empty before
 * @param node of the first rank; empty where there is none
 * @param message its last lines if it failed, else empty
 */
public record Attempt(
    int number,
    Instant startedAt,
    Optional<Instant> endedAt,
    OptionalInt exitCode,
    String reason,
    String node,
    String message) {

  /** An attempt that begins. */
  public static Attempt started(int number, Instant at) {
    return new Attempt(number, at, Optional.empty(), OptionalInt.empty(), "", "", "");
  }

  public Attempt ended(Instant at, int code, String why) {
    return ended(at, OptionalInt.of(code), why, "");
  }

  public Attempt ended(Instant at, OptionalInt code, String why, String lastLines) {
    return new Attempt(number, startedAt, Optional.of(at), code, why, node, lastLines);
  }

  public Attempt on(String where) {
    return new Attempt(number, startedAt, endedAt, exitCode, reason, where, message);
  }

  /** The same, for another reason. */
  public Attempt because(String why) {
    return new Attempt(number, startedAt, endedAt, exitCode, why, node, message);
  }

  /** Whether it did all there was to do. */
  public boolean done() {
    return exitCode.equals(OptionalInt.of(ExitCode.DONE_VALUE));
  }

  public boolean running() {
    return endedAt.isEmpty();
  }
}
