package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.CostPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingPlan;

/**
 * What a whole run computes.
 *
 * @param steps optimizer steps; 0 if only the data can tell, as with epochs over data that are not
 *     generated captions
 * @param samples seen in training
 * @param flops counted, of training
 * @param devices that train together
 * @param seconds of training on them at the assumed utilisation
 * @param peakFlops of one device, FLOP/s
 */
public record Compute(
    long steps, long samples, double flops, int devices, double seconds, double peakFlops) {

  private static final double PF_DAY = 1e15 * 86_400;

  public static Compute of(RunPlan plan) {
    CostPlan cost = plan.getCost();
    long steps = steps(plan);
    long samples = steps * plan.getTraining().getBatchSize();
    double flops = (double) samples * cost.getTrainingFlopsPerSample();
    double peak = cost.getHardware().getPeakFlops();
    int devices = WorldSize.of(plan).ranks();
    return new Compute(
        steps,
        samples,
        flops,
        devices,
        flops / (devices * peak * cost.getHardware().getAssumedUtilisation()),
        peak);
  }

  public double countedPfDays() {
    return flops / PF_DAY;
  }

  /** Device-seconds at the peak of the precision. */
  public double peakPfDays() {
    return seconds * devices * peakFlops / PF_DAY;
  }

  private static long steps(RunPlan plan) {
    TrainingPlan training = plan.getTraining();
    if (training.getEpochs() == 0 || training.getBatchSize() == 0) {
      return training.getSteps();
    }
    return training.getEpochs() * (Samples.trained(plan).orElse(0) / training.getBatchSize());
  }
}
