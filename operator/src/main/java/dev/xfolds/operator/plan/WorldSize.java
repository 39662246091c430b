package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.RunPlanOrBuilder;
import dev.xfolds.operator.api.TrainingRunSpec;

/**
 * How many processes train a run together.
 *
 * @param workers that a run has, a pod each
 * @param ranksPerWorker processes in each of these pods
 */
public record WorldSize(int workers, int ranksPerWorker) {

  private static final int MOST_WORKERS = 64;
  private static final int MOST_RANKS = 16;

  /** As a plan says, also one of an operator that knew of no several ranks. */
  public static WorldSize of(RunPlanOrBuilder plan) {
    return new WorldSize(
        Math.max(1, plan.getParallelism().getWorkers()),
        Math.max(1, plan.getParallelism().getRanksPerWorker()));
  }

  /** As a run says; 1 where it says nothing, and where the schema refuses what it says. */
  public static WorldSize of(TrainingRunSpec spec) {
    return new WorldSize(
        given(spec.parallelism() == null ? null : spec.parallelism().workers(), MOST_WORKERS),
        given(spec.resources() == null ? null : spec.resources().gpusPerWorker(), MOST_RANKS));
  }

  private static int given(Integer number, int most) {
    return number == null || number < 1 || number > most ? 1 : number;
  }

  /** Of all workers together. */
  public int ranks() {
    return workers * ranksPerWorker;
  }
}
