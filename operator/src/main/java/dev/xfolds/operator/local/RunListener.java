package dev.xfolds.operator.local;

import dev.xfolds.operator.observe.Observation;

/** Hears what happens to runs, on the thread that supervises them. */
public interface RunListener {
  /** A new look at a run, several times a second. */
  void observed(Observation observation);

  /** Something that happens once and that a person should read. */
  void note(String run, String message);
}
