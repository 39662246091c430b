package dev.xfolds.operator.status;

import dev.xfolds.contract.v1.HardwarePlan;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What training cost, in the two ways that are never mixed.
 *
 * @param deviceSeconds seconds in training steps, times devices; a processor counts as one device
 * @param peakPfDays device-seconds at the peak of the precision
 * @param countedPfDays FLOPs of the model for the samples seen
 * @param mfu counted by peak; empty before the first step
 * @param assumptions device, number, precision and peak
 */
public record Compute(
    double deviceSeconds,
    double peakPfDays,
    double countedPfDays,
    OptionalDouble mfu,
    String assumptions) {
  private static final double FLOPS_PER_PF_DAY = 1e15 * 86_400;

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
    return new Compute(
        deviceSeconds,
        peak,
        counted,
        peak > 0 ? OptionalDouble.of(counted / peak) : OptionalDouble.empty(),
        "%d x %s, %s, peak %.3g FLOP/s each"
            .formatted(
                devices,
                hardware.getDevice(),
                precision(plan.getTraining().getPrecision()),
                hardware.getPeakFlops()));
  }

  /** As people write it: fp32. */
  public static String precision(Precision precision) {
    return precision == Precision.PRECISION_UNSPECIFIED
        ? "no training"
        : precision.name().toLowerCase(Locale.ROOT);
  }
}
