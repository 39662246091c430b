package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ParallelismPlan;
import dev.xfolds.contract.v1.RunPlanOrBuilder;
import dev.xfolds.contract.v1.Sharding;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.operator.api.ActivationCheckpointing;
import dev.xfolds.operator.api.TrainingRunSpec;
import java.util.ArrayList;
import java.util.List;

/** How many processes train together, and whether model and batch can be shared out to them. */
final class ParallelismResolver {

  private static final String WORKERS = "spec.parallelism.workers";
  private static final String RANKS = "spec.resources.gpusPerWorker";

  private final Problems problems;

  ParallelismResolver(Problems problems) {
    this.problems = problems;
  }

  static ParallelismPlan resolve(TrainingRunSpec spec) {
    WorldSize size = WorldSize.of(spec);
    ParallelismPlan.Builder plan =
        ParallelismPlan.newBuilder()
            .setWorkers(size.workers())
            .setRanksPerWorker(size.ranksPerWorker());
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
   * Checks what several ranks need.
   *
   * @param plan with its model and, if it trains, its training
   * @param profile of the hardware
   */
  void check(RunPlanOrBuilder plan, Profile profile) {
    WorldSize size = WorldSize.of(plan);
    if (profile.gpusPerNode() > 0 && size.ranksPerWorker() > profile.gpusPerNode()) {
      problems.add(
          RANKS,
          "must be at most the GPUs of a node of profile %s (%d), was %d",
          profile.name(),
          profile.gpusPerNode(),
          size.ranksPerWorker());
    }
    if (plan.hasTraining()) {
      batch(plan.getTraining(), size);
      return;
    }
    alone(WORKERS, size.workers());
    alone(RANKS, size.ranksPerWorker());
  }

  private void alone(String field, int number) {
    if (number > 1) {
      problems.add(field, "must be 1 without spec.training: one evaluates alone, was %d", number);
    }
  }

  private void batch(TrainingPlan training, WorldSize size) {
    long batch = training.getBatchSize();
    long accumulation = training.getGradientAccumulation();
    long unit = accumulation * size.ranks();
    if (accumulation < 1 || batch % accumulation != 0 || batch % unit == 0) {
      return; // what does not divide without ranks has its problem already
    }
    List<String> names = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    if (size.workers() > 1) {
      names.add(WORKERS);
      numbers.add(Integer.toString(size.workers()));
    }
    if (size.ranksPerWorker() > 1) {
      names.add(RANKS);
      numbers.add(Integer.toString(size.ranksPerWorker()));
    }
    if (accumulation > 1) {
      names.add("gradientAccumulation");
      numbers.add(Long.toString(accumulation));
    }
    long below = batch / unit * unit;
    problems.add(
        "spec.training.batchSize",
        "must be a multiple of %s (%s), so that every rank passes as many samples through at once:"
            + " %s%d, was %d",
        String.join(" x ", names),
        String.join(" x ", numbers),
        below == 0 ? "" : below + " or ",
        below + unit,
        batch);
  }
}
