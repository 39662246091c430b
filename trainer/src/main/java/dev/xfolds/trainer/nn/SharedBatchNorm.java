package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Ranks;
import dev.xfolds.trainer.tensor.RecordedFunction;
import dev.xfolds.trainer.tensor.Script;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalisation by the statistics of the batch's parts on all ranks, whose numbers of samples
 * are equal. Forward they exchange means and variances, backward the gradients of these.
 */
final class SharedBatchNorm {

  private static final String SOURCE = "batch-norm.torchscript";
  private static final Script FUNCTIONS = Script.of(SharedBatchNorm.class, SOURCE);
  private static final RecordedFunction STATISTICS =
      RecordedFunction.of(SharedBatchNorm.class, SOURCE, "statistics", 1);
  private static final RecordedFunction NORMALISE =
      RecordedFunction.of(SharedBatchNorm.class, SOURCE, "normalise", 4, BatchNorm.EPSILON);

  private SharedBatchNorm() {}

  /**
   * Normalises each channel, and moves the running statistics.
   *
   * @param xBCHW this rank's samples, (batch, channels, height, width)
   */
  static NDArray forward(
      Ranks ranks,
      NDArray xBCHW,
      NDArray weight,
      NDArray bias,
      NDArray runningMean,
      NDArray runningVariance) {
    NDArray x = Autograd.cut(xBCHW);
    NDArray own = STATISTICS.apply(x);
    float[] parts = ranks.gather(own.toFloatArray());
    long channels = weight.size();
    NDManager manager = own.getManager();
    NDArray all =
        Autograd.cutInto(
            own,
            manager.create(parts, new Shape(ranks.size(), 2, channels)),
            gradient -> ofOwn(ranks, gradient));
    NDArray y = NORMALISE.apply(x, all, weight, bias);
    double values = (double) xBCHW.size() / channels * ranks.size();
    try (TensorList running = TensorList.of(List.of(runningMean, runningVariance), manager);
        TensorList given = TensorList.of(List.of(all), manager)) {
      FUNCTIONS.call("follow", running, given, BatchNorm.MOMENTUM, values / (values - 1));
    }
    return y;
  }

  /** Every rank's samples depend on this rank's statistics. */
  private static NDArray ofOwn(Ranks ranks, NDArray gradientOfAll) {
    float[] sums = ranks.sum(gradientOfAll.toFloatArray());
    int size = sums.length / ranks.size();
    int from = ranks.rank() * size;
    return gradientOfAll
        .getManager()
        .create(Arrays.copyOfRange(sums, from, from + size), new Shape(2, size / 2));
  }
}
