package dev.xfolds.operator.status;

import dev.xfolds.contract.v1.HardwarePlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.plan.Profile;
import dev.xfolds.operator.plan.WorldSize;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What training cost, in the two ways that are never mixed.
 *
 * @param deviceSeconds seconds in training steps, times devices; a processor counts as one device
 * @param peakPfDays device-seconds at the peak of the precision
 * @param countedPfDays FLOPs of the model for the samples seen; cached features as if computed
 * @param lostPfDays the same for steps that no checkpoint kept: they were computed again
 * @param mfu counted and lost by peak; empty before the first step, and where features are cached
 * @param cachedFeatures the image tower is frozen: a step takes its features from a cache
 * @param assumptions device, number, precision, peak, and what is timed
 */
public record Compute(
    double deviceSeconds,
    double peakPfDays,
    double countedPfDays,
    double lostPfDays,
    OptionalDouble mfu,
    boolean cachedFeatures,
    String assumptions) {
  public static final double FLOPS_PER_PF_DAY = 1e15 * 86_400;

  /** Why a run with cached features has none. */
  public static final String NO_MFU = "no MFU: image features cached";

  /**
   * Accounts for a run.
   *
   * @param trainingSeconds over all attempts, with the lost steps
   * @param countedFlops of the steps that led to where the run is
   * @param lostFlops of steps that no checkpoint kept
   */
  public static Compute of(
      RunPlan plan, double trainingSeconds, double countedFlops, double lostFlops) {
    HardwarePlan hardware = plan.getCost().getHardware();
    int devices = WorldSize.of(plan).ranks();
    double deviceSeconds = trainingSeconds * devices;
    double peak = deviceSeconds * hardware.getPeakFlops() / FLOPS_PER_PF_DAY;
    double counted = countedFlops / FLOPS_PER_PF_DAY;
    double lost = lostFlops / FLOPS_PER_PF_DAY;
    boolean cached = plan.getTraining().getFrozenList().contains(ModelPart.IMAGE_TOWER);
    return new Compute(
        deviceSeconds,
        peak,
        counted,
        lost,
        peak > 0 && !cached ? OptionalDouble.of((counted + lost) / peak) : OptionalDouble.empty(),
        cached,
        String.format(
            Locale.ROOT,
            "%d x %s, %s, peak %.3g TFLOP/s each%s",
            devices,
            hardware.getDevice(),
            precision(plan.getTraining().getPrecision()),
            hardware.getPeakFlops() / 1e12,
            plan.hasTraining() ? ", training steps" : ""));
  }

  /** Accounts for a run by what its rank 0 says. */
  public static Compute of(RunPlan plan, RunProgress heard) {
    return of(
        plan,
        heard.getTrainingSeconds() + heard.getLostSeconds(),
        heard.getCountedFlops(),
        heard.getLostFlops());
  }

  /** Counted, with what was lost: what a budget is about. */
  public double spentPfDays() {
    return countedPfDays + lostPfDays;
  }

  /** The assumptions, and why there is no MFU. */
  public String explained() {
    return cachedFeatures ? assumptions + "; " + NO_MFU : assumptions;
  }

  /** As people write it: fp32. */
  public static String precision(Precision precision) {
    return precision == Precision.PRECISION_UNSPECIFIED ? "no training" : Profile.word(precision);
  }
}
