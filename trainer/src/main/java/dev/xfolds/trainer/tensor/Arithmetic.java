package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ActivationCheckpointing;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;

/**
 * How a model's layers compute what they are defined to.
 *
 * @param precision BF16: between {@link #enter} and {@link #leave} activations are bfloat16, and so
 *     are the factors of products; weights, their gradients, normalisations' parameters and all
 *     sums are float32. Any other: float32
 * @param ranks who has the rest of a batch
 * @param recompute whether backward computes transformer blocks anew instead of keeping them
 */
public record Arithmetic(Attention attention, Precision precision, Ranks ranks, boolean recompute) {

  /** Unless a plan says otherwise. */
  public static final Arithmetic USUAL = new Arithmetic(Attention.FUSED, Precision.FP32);

  /** Of a process that has whole batches. */
  public Arithmetic(Attention attention, Precision precision) {
    this(attention, precision, Ranks.ONE, false);
  }

  /** What a plan asks for. */
  public static Arithmetic of(RunPlan plan, Ranks ranks) {
    return new Arithmetic(
        switch (plan.getTraining().getAttention()) {
          case MATH -> Attention.MATH;
          case FUSED, ATTENTION_KIND_UNSPECIFIED, UNRECOGNIZED -> Attention.FUSED;
        },
        plan.getTraining().getPrecision(),
        ranks,
        plan.getParallelism().getActivationCheckpointing()
            == ActivationCheckpointing.TRANSFORMER_BLOCKS);
  }

  /** Where a tower begins: its activations, float32, in the precision of its products. */
  public NDArray enter(NDArray x) {
    return precision == Precision.BF16 ? Bfloat16.round(x) : x;
  }

  /** Where a tower ends: float32. */
  public NDArray leave(NDArray x) {
    return precision == Precision.BF16 ? Bfloat16.widen(x) : x;
  }
}
