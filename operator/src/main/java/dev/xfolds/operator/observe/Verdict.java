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

  /**
   * On the way to an end: asked to stop, and its pods may still write a checkpoint.
   *
   * @param reason of that end
   */
  record Stopping(String reason, String message) implements Verdict {
    /** The way to where a run is stopped, for now or for good. */
    public static Verdict to(Verdict end) {
      return switch (end) {
        case Stopped(String reason, String message) -> new Stopping(reason, message);
        case Failed(String reason, String message, boolean _) -> new Stopping(reason, message);
        case Undecided _, Waiting _, BackingOff _, Stopping _, Succeeded _ -> end;
      };
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
