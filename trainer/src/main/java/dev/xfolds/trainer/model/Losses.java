package dev.xfolds.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.xfolds.trainer.tensor.Ops;

/** Scalars to minimise. */
final class Losses {

  private Losses() {}

  /**
   * Symmetric cross entropy of a square of logits whose diagonal holds the pairs; source:
   * arXiv:2103.00020.
   */
  static NDArray contrastive(NDArray logitsBB, NDArray minusHalf) {
    NDArray rows = Ops.diagonal(Ops.logSoftmax(logitsBB, 1)).mean();
    NDArray columns = Ops.diagonal(Ops.logSoftmax(logitsBB, 0)).mean();
    return Ops.multiply(Ops.add(rows, columns), minusHalf);
  }

  /**
   * Mean cross entropy of the samples that have a class.
   *
   * @param targetsB a class from 0, or negative for a sample that counts for nothing; if all are,
   *     the loss is 0
   */
  static NDArray crossEntropy(NDArray logitsBC, long[] targetsB) {
    long batch = logitsBC.getShape().get(0);
    long classes = logitsBC.getShape().get(1);
    if (targetsB.length != batch) {
      throw new IllegalArgumentException(
          "there are " + targetsB.length + " targets for " + batch + " samples");
    }
    long[] columns = new long[targetsB.length];
    float[] weights = new float[targetsB.length];
    int counted = 0;
    for (int b = 0; b < columns.length; b++) {
      if (targetsB[b] >= classes) {
        throw new IllegalArgumentException(
            "target of sample %d must be below %d, was %d".formatted(b, classes, targetsB[b]));
      }
      if (targetsB[b] >= 0) {
        columns[b] = targetsB[b];
        weights[b] = -1;
        counted++;
      }
    }
    for (int b = 0; b < weights.length; b++) {
      weights[b] /= Math.max(counted, 1);
    }
    NDManager manager = logitsBC.getManager();
    NDArray picked =
        Ops.pick(Ops.logSoftmax(logitsBC, 1), Ops.indices(manager, columns).reshape(batch, 1));
    return Ops.multiply(picked.reshape(batch), manager.create(weights)).sum();
  }
}
