package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ActivationCheckpointing;
import dev.xfolds.contract.v1.CostPlan;
import dev.xfolds.contract.v1.HardwarePlan;
import dev.xfolds.contract.v1.MemoryPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunPlanOrBuilder;
import dev.xfolds.contract.v1.TrainingPlan;
import java.util.List;

/** What a plan promises: parameters, FLOPs, bytes of a rank, hardware. */
final class CostResolver {

  private static final int FLOAT_BYTES = 4;

  private final Profile profile;
  private final double utilisation;

  CostResolver(Profile profile, double utilisation) {
    this.profile = profile;
    this.utilisation = utilisation;
  }

  CostPlan resolve(RunPlanOrBuilder plan) {
    boolean recompute =
        plan.getParallelism().getActivationCheckpointing()
            == ActivationCheckpointing.TRANSFORMER_BLOCKS;
    Cost cost = Cost.of(plan.getModel(), recompute);
    boolean trains = plan.hasTraining();
    List<ModelPart> frozen =
        trains ? plan.getTraining().getFrozenList() : Parts.all(plan.getModel().hasClip());
    long trainable = trains ? cost.trainableParameters(frozen) : 0;
    long microBatch =
        trains
            ? plan.getTraining().getBatchSize()
                / Math.max(1, plan.getTraining().getGradientAccumulation())
                / WorldSize.of(plan).ranks()
            : 1;
    Precision precision = trains ? plan.getTraining().getPrecision() : Precision.FP32;
    return CostPlan.newBuilder()
        .setParameters(cost.parameters())
        .setTrainableParameters(trainable)
        .setForwardFlopsPerSample(cost.forwardFlops())
        .setTrainingFlopsPerSample(trains ? cost.trainingFlops(frozen) : cost.forwardFlops())
        .setMemoryPerRank(
            MemoryPlan.newBuilder()
                .setWeightBytes(FLOAT_BYTES * cost.parameters())
                .setGradientBytes(FLOAT_BYTES * trainable)
                .setOptimizerBytes(Math.round(trainable * bytesPerParameter(plan.getTraining())))
                .setActivationBytes(
                    activationBytes(precision) * microBatch * cost.activations(frozen)))
        .setHardware(
            HardwarePlan.newBuilder()
                .setProfile(profile.name())
                .setDevice(profile.device())
                .setGpusPerWorker(
                    profile.gpusPerNode() > 0 ? WorldSize.of(plan).ranksPerWorker() : 0)
                .setPeakFlops(profile.flops(precision))
                .setAssumedUtilisation(utilisation))
        .build();
  }

  private static int activationBytes(Precision precision) {
    return precision == Precision.BF16 ? FLOAT_BYTES / 2 : FLOAT_BYTES;
  }

  private static double bytesPerParameter(TrainingPlan plan) {
    return OptimizerResolver.bytesPerParameter(plan.getOptimizer())
        + (plan.getEmaDecay() > 0 ? FLOAT_BYTES : 0);
  }

  /** Bytes of a checkpoint: weights and the state of the optimizer. */
  static long checkpointBytes(CostPlan cost) {
    return cost.getMemoryPerRank().getWeightBytes() + cost.getMemoryPerRank().getOptimizerBytes();
  }

  /** Memory of a rank in bytes, all parts. */
  static long totalBytes(RunPlan plan) {
    MemoryPlan memory = plan.getCost().getMemoryPerRank();
    return memory.getWeightBytes()
        + memory.getGradientBytes()
        + memory.getOptimizerBytes()
        + memory.getActivationBytes();
  }
}
