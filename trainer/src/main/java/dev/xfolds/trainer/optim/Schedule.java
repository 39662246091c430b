package dev.xfolds.trainer.optim;

import dev.xfolds.contract.v1.SchedulePlan;

/**
 * The learning rate's factor at each step. With T steps of which W warm up, step s (from 0) has
 *
 * <ul>
 *   <li>(s + 1) / W while s is below W; then, with p = (s + 1 - W) / (T - W), which is 1 at the
 *       last step, and the final fraction f:
 *   <li>constant: 1
 *   <li>linear: 1 - (1 - f) p
 *   <li>cosine: f + (1 - f) (1 + cos(pi p)) / 2
 * </ul>
 *
 * transformers' schedules, one step ahead: theirs spend step 0 on a rate of 0.
 */
public sealed interface Schedule {

  long warmupSteps();

  /** Behind the warm-up: {@code progress} is above 0 and at most 1. */
  double factorAt(double progress);

  record Constant(long warmupSteps) implements Schedule {
    @Override
    public double factorAt(double progress) {
      return 1;
    }
  }

  record Linear(long warmupSteps, double finalFraction) implements Schedule {
    @Override
    public double factorAt(double progress) {
      return 1 - (1 - finalFraction) * progress;
    }
  }

  record Cosine(long warmupSteps, double finalFraction) implements Schedule {
    @Override
    public double factorAt(double progress) {
      return finalFraction + (1 - finalFraction) * (1 + Math.cos(Math.PI * progress)) / 2;
    }
  }

  static Schedule of(SchedulePlan plan) {
    return switch (plan.getKind()) {
      case CONSTANT -> new Constant(plan.getWarmupSteps());
      case LINEAR -> new Linear(plan.getWarmupSteps(), plan.getFinalFraction());
      case COSINE -> new Cosine(plan.getWarmupSteps(), plan.getFinalFraction());
      case SCHEDULE_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "training.schedule.kind must be constant, linear or cosine, was " + plan.getKind());
    };
  }

  /**
   * The factor of one step.
   *
   * @param step from 0
   * @param totalSteps of the run
   */
  default double factor(long step, long totalSteps) {
    if (step < 0 || step >= totalSteps) {
      throw new IllegalArgumentException("step must be 0 to " + (totalSteps - 1) + ", was " + step);
    }
    if (step < warmupSteps()) {
      return (step + 1.0) / warmupSteps();
    }
    return factorAt((step + 1.0 - warmupSteps()) / (totalSteps - warmupSteps()));
  }
}
