package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.CostPlan;
import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.ValidationPlan;
import dev.xfolds.operator.api.TrainingRunSpec;

/** What can only be said of a whole plan. */
final class PlanChecks {

  private final Problems problems;

  PlanChecks(Problems problems) {
    this.problems = problems;
  }

  void check(TrainingRunSpec spec, RunPlan.Builder plan, Profile profile) {
    if (plan.hasTraining()) {
      batch(plan);
    }
    TestFiles.notBesideCheckpoints(problems, plan);
    budget(spec, plan);
    new WindowChecks(problems).check(spec.scheduling(), plan.getCheckpoint().getGraceSeconds());
    FailurePolicyCheck.check(spec.failurePolicy(), problems);
    memory(plan.buildPartial(), profile);
  }

  private void batch(RunPlan.Builder plan) {
    long samples = 0;
    for (DataPlan data : plan.getDataList()) {
      if (!data.hasPhantom()) {
        return;
      }
      samples += Samples.of(data);
    }
    if (plan.hasValidation()
        && plan.getValidation().getSourceCase() == ValidationPlan.SourceCase.FRACTION) {
      samples -= Math.round(samples * plan.getValidation().getFraction());
    }
    if (plan.getTraining().getBatchSize() > samples) {
      problems.add(
          "spec.training.batchSize",
          "must be at most the number of training samples (%d), was %d",
          samples,
          plan.getTraining().getBatchSize());
    }
  }

  private void budget(TrainingRunSpec spec, RunPlan.Builder plan) {
    if (spec.budget() == null || spec.budget().maxPfDays() == null) {
      return;
    }
    double most =
        Decimals.positive(problems, spec.budget().maxPfDays(), 1, "spec.budget.maxPfDays");
    Compute compute = Compute.of(plan.buildPartial());
    if (compute.steps() == 0 && plan.getTraining().getEpochs() > 0) {
      problems.warn(
          "spec.budget.maxPfDays cannot be compared with the plan: it counts epochs, only the data"
              + " tell how many steps");
    }
    if (compute.steps() > 0 && compute.countedPfDays() > most) {
      problems.add(
          "spec.budget.maxPfDays",
          "must be at least the counted PF-days of the plan (%.3g), was %s",
          compute.countedPfDays(),
          spec.budget().maxPfDays());
    }
  }

  private void memory(RunPlan plan, Profile profile) {
    long bytes = CostResolver.totalBytes(plan);
    CostPlan cost = plan.getCost();
    if (bytes > profile.memoryBytesPerDevice()) {
      problems.warn(
          "a rank needs about %.1f GB, %s has %.1f GB: raise gradientAccumulation"
              .formatted(
                  bytes / 1e9,
                  cost.getHardware().getDevice(),
                  profile.memoryBytesPerDevice() / 1e9));
    }
  }
}
