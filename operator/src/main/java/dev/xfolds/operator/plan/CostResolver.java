package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ActivationCheckpointing;
import dev.xfolds.contract.v1.CostPlan;
import dev.xfolds.contract.v1.HardwarePlan;
import dev.xfolds.contract.v1.MemoryPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunPlanOrBuilder;
import dev.xfolds.contract.v1.Sharding;
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
                .setGradientBytes(gradientBytes(plan, trainable))
                .setOptimizerBytes(optimizerBytes(plan, trainable))
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

  private static long gradientBytes(RunPlanOrBuilder plan, long trainable) {
    int ranks = WorldSize.of(plan).ranks();
    long whole = FLOAT_BYTES * trainable;
    long share = Math.ceilDiv(whole, ranks);
    return switch (plan.getParallelism().getSharding()) {
      case ZERO1 -> ranks > 1 ? whole + share : whole;
      case ZERO2 -> share;
      default -> whole;
    };
  }

  /** The moving average is whole on every rank. */
  private static long optimizerBytes(RunPlanOrBuilder plan, long trainable) {
    int ranks =
        plan.getParallelism().getSharding() == Sharding.SHARDING_UNSPECIFIED
            ? 1
            : WorldSize.of(plan).ranks();
    double state = OptimizerResolver.bytesPerParameter(plan.getTraining().getOptimizer()) / ranks;
    return Math.round(
        trainable * (state + (plan.getTraining().getEmaDecay() > 0 ? FLOAT_BYTES : 0)));
  }

  /** Bytes of a checkpoint: weights and the state of the optimizer, of all ranks. */
  static long checkpointBytes(RunPlanOrBuilder plan) {
    RunPlan.Builder whole = RunPlan.newBuilder();
    whole.getTrainingBuilder().mergeFrom(plan.getTraining());
    return plan.getCost().getMemoryPerRank().getWeightBytes()
        + optimizerBytes(whole, plan.getCost().getTrainableParameters());
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
