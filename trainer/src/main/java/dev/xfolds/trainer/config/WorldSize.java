package dev.xfolds.trainer.config;

import dev.xfolds.contract.v1.RunPlan;

/**
 * How many processes train a run together.
 *
 * @param workers that the run has, a pod each
 * @param ranksPerWorker processes in each of these pods
 */
public record WorldSize(int workers, int ranksPerWorker) {

  public static WorldSize of(RunPlan plan) {
    return new WorldSize(
        Math.max(1, plan.getParallelism().getWorkers()),
        Math.max(1, plan.getParallelism().getRanksPerWorker()));
  }

  /** Of all workers together. */
  public int ranks() {
    return workers * ranksPerWorker;
  }
}
