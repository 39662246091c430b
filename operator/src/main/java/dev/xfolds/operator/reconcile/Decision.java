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

    /** Tells Kueue that it may not run the Job: it takes the pods away and frees the quota. */
    record Hold(String workload) implements JobAction {}

    /** Tells Kueue that it may run the Job again, when it is its turn. */
    record Release(String workload) implements JobAction {}

    /** Lets the pods start that Kueue admitted, as an attempt. */
    record Admit(int attempt) implements JobAction {}
  }
}
