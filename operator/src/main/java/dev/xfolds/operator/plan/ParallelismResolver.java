package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ParallelismPlan;
import dev.xfolds.contract.v1.RunPlanOrBuilder;
import dev.xfolds.contract.v1.Sharding;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.operator.api.ActivationCheckpointing;
import dev.xfolds.operator.api.TrainingRunSpec;

/** How many processes train together, and whether model and batch can be shared out to them. */
final class ParallelismResolver {

  private static final String WORKERS = "spec.parallelism.workers";
  private static final int MOST = 64;

  private final Problems problems;

  ParallelismResolver(Problems problems) {
    this.problems = problems;
  }

  /** As the run says; 1 where it says nothing, and where the schema refuses what it says. */
  static int workers(TrainingRunSpec spec) {
    Integer given = spec.parallelism() == null ? null : spec.parallelism().workers();
    return given == null || given < 1 || given > MOST ? 1 : given;
  }

  static ParallelismPlan resolve(TrainingRunSpec spec) {
    ParallelismPlan.Builder plan =
        ParallelismPlan.newBuilder().setWorkers(workers(spec)).setRanksPerWorker(1);
    if (spec.parallelism() != null && spec.parallelism().sharding() != null) {
      plan.setSharding(
          switch (spec.parallelism().sharding()) {
            case NONE -> Sharding.SHARDING_UNSPECIFIED;
            case ZERO1 -> Sharding.ZERO1;
            case ZERO2 -> Sharding.ZERO2;
          });
    }
    if (spec.parallelism() != null
        && spec.parallelism().activationCheckpointing() == ActivationCheckpointing.BLOCKS) {
      plan.setActivationCheckpointing(
          dev.xfolds.contract.v1.ActivationCheckpointing.TRANSFORMER_BLOCKS);
    }
    return plan.build();
  }

  /**
   * Checks what several workers need.
   *
   * @param plan with its model and, if it trains, its training
   */
  void check(RunPlanOrBuilder plan) {
    int workers = plan.getParallelism().getWorkers();
    if (workers == 1) {
      return;
    }
    if (!plan.hasTraining()) {
      problems.add(
          WORKERS, "must be 1 without spec.training: one evaluates alone, was %d", workers);
      return;
    }
    batch(plan.getTraining(), workers);
  }

  private void batch(TrainingPlan training, int workers) {
    long batch = training.getBatchSize();
    long accumulation = training.getGradientAccumulation();
    if (accumulation < 1 || batch % accumulation != 0 || batch % (accumulation * workers) == 0) {
      return; // what does not divide without workers has its problem already
    }
    long unit = accumulation * workers;
    long below = batch / unit * unit;
    problems.add(
        "spec.training.batchSize",
        "must be a multiple of %s%s, so that every rank passes as many samples through at once:"
            + " %s%d, was %d",
        WORKERS,
        accumulation == 1
            ? " (%d)".formatted(workers)
            : " x gradientAccumulation (%d x %d)".formatted(workers, accumulation),
        below == 0 ? "" : below + " or ",
        below + unit,
        batch);
  }
}
