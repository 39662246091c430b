package dev.xfolds.trainer.train;

import dev.xfolds.trainer.optim.Bucket;
import dev.xfolds.trainer.optim.Gradients;
import dev.xfolds.trainer.optim.Share;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Every rank has the gradients of the whole batch, and moves all weights alike.
 *
 * @param buckets of all trained weights; none where one rank is alone
 */
record WholeGradients(Collectives ranks, ParameterSet parameters, List<Bucket> buckets)
    implements SharedStep {

  @Override
  public Share share() {
    return Share.WHOLE;
  }

  @Override
  public double gather(DoubleSupplier backward) {
    parameters.renewGradients();
    return backward.getAsDouble();
  }

  /** Puts the sums in the gradients' place, the same bits on every rank. */
  @Override
  public void complete() {
    for (Bucket bucket : buckets) {
      bucket.takeGradients();
      ranks.allReduce(bucket.values());
      bucket.giveGradients();
    }
  }

  @Override
  public double norm() {
    return Gradients.globalNorm(parameters.trained());
  }

  @Override
  public void spread() {
    // Every rank has moved them all.
  }

  @Override
  public void forget() {
    parameters.dropGradients();
  }
}
