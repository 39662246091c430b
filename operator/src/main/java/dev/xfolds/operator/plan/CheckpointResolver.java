package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.CheckpointPlan;
import dev.xfolds.contract.v1.RunPlanOrBuilder;
import dev.xfolds.operator.api.CheckpointSpec;

/** When and where checkpoints are written. */
final class CheckpointResolver {

  private static final long BYTES_PER_SECOND = 50_000_000;
  private static final int STEP_SECONDS = 30;

  private CheckpointResolver() {}

  /**
   * As given.
   *
   * @param plan with its training and its cost
   */
  static CheckpointPlan resolve(CheckpointSpec given, RunPlanOrBuilder plan) {
    CheckpointSpec spec = given == null ? new CheckpointSpec(null, null, null, null) : given;
    return CheckpointPlan.newBuilder()
        .setEverySteps(spec.everySteps() == null ? 1000 : spec.everySteps())
        .setKeep(spec.keep() == null ? 2 : spec.keep())
        .setVolume(spec.volume() == null ? "xfolds-runs" : spec.volume())
        .setGraceSeconds(
            spec.graceSeconds() == null
                ? graceSeconds(CostResolver.checkpointBytes(plan))
                : spec.graceSeconds())
        .build();
  }

  /** Time to finish a step, and to write at 50 MB/s the checkpoint under way and another. */
  private static int graceSeconds(long bytes) {
    return Math.toIntExact(STEP_SECONDS + Math.ceilDiv(2 * bytes, BYTES_PER_SECOND));
  }
}
