package dev.xfolds.operator.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.xfolds.contract.v1.CostPlan;
import dev.xfolds.contract.v1.MemoryPlan;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.plan.Compute;
import dev.xfolds.operator.plan.PlannedRun;
import dev.xfolds.operator.plan.Profile;
import dev.xfolds.operator.plan.WorldSize;
import java.util.List;

/**
 * What {@code plan} tells of a run.
 *
 * @param steps 0 if only the data can tell, because the run is given in epochs; then there is no
 *     time and there are no PF-days
 * @param workers that share a batch out
 * @param ranksPerWorker that share the part of a worker out
 * @param trainingFlopsPerStep all samples of a batch, forward and backward
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunFigures(
    String namespace,
    String name,
    String digest,
    String model,
    long parameters,
    long trainableParameters,
    long forwardFlopsPerSample,
    long trainingFlopsPerSample,
    long trainingFlopsPerStep,
    Memory memoryPerRankBytes,
    long batchSize,
    int workers,
    int ranksPerWorker,
    long steps,
    long epochs,
    Hardware hardware,
    Double seconds,
    Double peakPfDays,
    Double countedPfDays,
    int graceSeconds,
    List<String> warnings) {

  /** Bytes by part; activations are an estimate. */
  record Memory(long weights, long gradients, long optimizer, long activations, long total) {}

  /**
   * What the time is for.
   *
   * @param devices that the run uses
   * @param precision of the products: fp32 or bf16
   * @param peakFlops of one device at that, FLOP/s
   */
  record Hardware(
      String profile,
      String device,
      int devices,
      String precision,
      double peakFlops,
      double utilisation) {}

  static RunFigures of(PlannedRun planned) {
    RunPlan plan = planned.plan();
    CostPlan cost = plan.getCost();
    Compute compute = Compute.of(plan);
    WorldSize size = WorldSize.of(plan);
    boolean timed = compute.steps() > 0;
    long batch = plan.getTraining().getBatchSize();
    return new RunFigures(
        plan.getNamespace(),
        plan.getName(),
        plan.getDigest(),
        plan.getModel().hasClip() ? "clip" : "vqaClassifier",
        cost.getParameters(),
        cost.getTrainableParameters(),
        cost.getForwardFlopsPerSample(),
        cost.getTrainingFlopsPerSample(),
        batch * cost.getTrainingFlopsPerSample(),
        memory(cost.getMemoryPerRank()),
        batch,
        size.workers(),
        size.ranksPerWorker(),
        compute.steps(),
        plan.getTraining().getEpochs(),
        new Hardware(
            cost.getHardware().getProfile(),
            cost.getHardware().getDevice(),
            compute.devices(),
            Profile.word(plan.hasTraining() ? plan.getTraining().getPrecision() : Precision.FP32),
            cost.getHardware().getPeakFlops(),
            cost.getHardware().getAssumedUtilisation()),
        timed ? compute.seconds() : null,
        timed ? compute.peakPfDays() : null,
        timed ? compute.countedPfDays() : null,
        plan.getCheckpoint().getGraceSeconds(),
        planned.warnings());
  }

  private static Memory memory(MemoryPlan plan) {
    return new Memory(
        plan.getWeightBytes(),
        plan.getGradientBytes(),
        plan.getOptimizerBytes(),
        plan.getActivationBytes(),
        plan.getWeightBytes()
            + plan.getGradientBytes()
            + plan.getOptimizerBytes()
            + plan.getActivationBytes());
  }
}
