package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.observe.Verdict;
import java.time.Duration;
import java.util.Optional;

/**
 * What to do about a run now.
 *
 * @param job what happens to its trainer Job; empty: nothing
 * @param evaluator whether it has an evaluator now
 * @param again when to look again, if nothing happens before
 */
record Decision(
    Verdict verdict, Optional<JobAction> job, boolean evaluator, Optional<Duration> again) {

  /** A change of the trainer Job. */
  sealed interface JobAction {
    /** Makes a new Job; the one before the last is deleted with its pods. */
    record Create(int number, int attempt) implements JobAction {}

    /** Takes the pods away; they get SIGTERM and write a checkpoint. */
    record Suspend(int number) implements JobAction {}

    /** Lets a suspended Job have pods again, as another attempt. */
    record Resume(int number, int attempt) implements JobAction {}
  }
}
