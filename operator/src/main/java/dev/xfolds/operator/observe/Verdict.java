package dev.xfolds.operator.observe;

/** What the operator decided about a run after an attempt ended. */
public sealed interface Verdict {

  /** Nothing: the run goes on. */
  record Undecided() implements Verdict {}

  /**
   * Has not begun: waits for something outside of the run.
   *
   * @param reason one CamelCase word
   */
  record Waiting(String reason, String message) implements Verdict {}

  /** Waits before the next attempt. */
  record BackingOff(int restart, int maxRestarts, String message) implements Verdict {}

  /**
   * Stopped on request; the same command continues.
   *
   * @param reason one CamelCase word
   */
  record Stopped(String reason, String message) implements Verdict {
    /** By whoever runs the command. */
    public Stopped(String message) {
      this("Stopped", message);
    }
  }

  /** Training is done and every report is there. */
  record Succeeded() implements Verdict {}

  /**
   * Never tried again.
   *
   * @param reason one CamelCase word
   * @param usersMistake whether plan or data must change
   */
  record Failed(String reason, String message, boolean usersMistake) implements Verdict {}
}
