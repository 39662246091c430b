package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;
import dev.xfolds.trainer.tensor.Ranks;

/**
 * Batch normalisation of channels (arXiv:1502.03167), as PyTorch's: the running variance is the
 * unbiased one, both move by a tenth. Parameters: weight, bias; buffers: running_mean, running_var,
 * num_batches_tracked.
 */
public final class BatchNorm {

  static final double EPSILON = 1e-5;
  static final double MOMENTUM = 0.1;

  private final Parameter weight;
  private final Parameter bias;
  private final Parameter mean;
  private final Parameter variance;
  private final Parameter batches;
  private final Ranks ranks;

  /**
   * Declares parameters and running statistics.
   *
   * @param scale first value of the weight: 0 lets a residual block start as the identity
   */
  public BatchNorm(ParameterScope scope, int channels, float scale) {
    weight = scope.norm("weight", new Initializer.Constant(scale), channels);
    bias = scope.norm("bias", Initializer.zeros(), channels);
    mean = scope.buffer("running_mean", Initializer.zeros(), channels);
    variance = scope.buffer("running_var", Initializer.ones(), channels);
    batches = scope.counter("num_batches_tracked");
    ranks = scope.parameters().arithmetic().ranks();
  }

  /**
   * Normalises each channel; in training by the statistics of the batch's parts on all ranks, so
   * that what the result is computed from must be cut ({@link Autograd#cut}) where it goes on
   * beside this.
   *
   * @param xBCHW (batch, channels, height, width)
   */
  public NDArray forward(NDArray xBCHW, boolean training) {
    if (training) {
      Ops.increment(batches.array());
    }
    if (training && ranks.size() > 1) {
      return SharedBatchNorm.forward(
          ranks, xBCHW, weight.array(), bias.array(), mean.array(), variance.array());
    }
    return Ops.batchNorm(
        xBCHW,
        mean.array(),
        variance.array(),
        weight.array(),
        bias.array(),
        training,
        MOMENTUM,
        EPSILON);
  }
}
