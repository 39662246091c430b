package dev.xfolds.trainer.faults;

import java.util.Locale;

/** What is done to a run. In the order in which trials of following seeds take them. */
public enum Fault {
  /** A rank is killed, then the newest checkpoint loses the end of a file. */
  TORN,
  /** The volume has no room until the attempt has ended, perhaps also during a second one. */
  FULL,
  /** SIGKILL to a rank. */
  KILLED,
  /** SIGTERM to a rank, or to all of them. */
  TERMINATED,
  /** SIGSTOP to a rank; SIGKILL when the others have given it up. */
  FROZEN;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
