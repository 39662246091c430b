package dev.xfolds.operator.status;

import dev.xfolds.contract.v1.HardwarePlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What training cost, in the two ways that are never mixed.
 *
 * @param deviceSeconds seconds in training steps, times devices; a processor counts as one device
 * @param peakPfDays device-seconds at the peak of the precision
 * @param countedPfDays FLOPs of the model for the samples seen; cached features as if computed
 * @param mfu counted by peak; empty before the first step, and where features are cached
 * @param cachedFeatures the image tower is frozen: a step takes its features from a cache
 * @param assumptions device, number, precision, peak, and what is timed
 */
public record Compute(
    double deviceSeconds,
    double peakPfDays,
    double countedPfDays,
    OptionalDouble mfu,
    boolean cachedFeatures,
    String assumptions) {
  public static final double FLOPS_PER_PF_DAY = 1e15 * 86_400;

  /** Why a run with cached features has none. */
  public static final String NO_MFU = "no MFU: image features cached";

  /**
   * Accounts for a run.
   *
   * @param trainingSeconds over all attempts
   * @param countedFlops over all attempts
   */
  public static Compute of(RunPlan plan, double trainingSeconds, double countedFlops) {
    HardwarePlan hardware = plan.getCost().getHardware();
    int devices =
        Math.max(1, plan.getParallelism().getWorkers()) * Math.max(1, hardware.getGpusPerWorker());
    double deviceSeconds = trainingSeconds * devices;
    double peak = deviceSeconds * hardware.getPeakFlops() / FLOPS_PER_PF_DAY;
    double counted = countedFlops / FLOPS_PER_PF_DAY;
    boolean cached = plan.getTraining().getFrozenList().contains(ModelPart.IMAGE_TOWER);
    return new Compute(
        deviceSeconds,
        peak,
        counted,
        peak > 0 && !cached ? OptionalDouble.of(counted / peak) : OptionalDouble.empty(),
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

  /** The assumptions, and why there is no MFU. */
  public String explained() {
    return cachedFeatures ? assumptions + "; " + NO_MFU : assumptions;
  }

  /** As people write it: fp32. */
  public static String precision(Precision precision) {
    return precision == Precision.PRECISION_UNSPECIFIED
        ? "no training"
        : precision.name().toLowerCase(Locale.ROOT);
  }
}
