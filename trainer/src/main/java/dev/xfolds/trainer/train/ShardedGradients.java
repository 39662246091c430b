package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.trainer.optim.Bucket;
import dev.xfolds.trainer.optim.Shards;
import dev.xfolds.trainer.optim.Share;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Each rank has a share of the gradients' sums, moves that share of the weights and remembers for
 * it alone (ZeRO, arXiv:1910.02054). Stage 1 exchanges gradients behind the last backward pass;
 * stage 2 within each, bucket by bucket as soon as a bucket is whole, and lets go of them then.
 */
final class ShardedGradients implements SharedStep {

  private final boolean early;
  private final Collectives ranks;
  private final ParameterSet parameters;
  private final List<Bucket> buckets;
  private final Shards shards;

  /**
   * Of one rank.
   *
   * @param early whether gradients are exchanged within backward passes
   * @param manager owns this rank's share of the gradients
   */
  ShardedGradients(
      boolean early,
      Collectives ranks,
      ParameterSet parameters,
      List<Bucket> buckets,
      NDManager manager) {
    this.early = early;
    this.ranks = ranks;
    this.parameters = parameters;
    this.buckets = buckets;
    this.shards = new Shards(buckets, ranks.rank(), ranks.size(), manager);
  }

  @Override
  public Share share() {
    return shards;
  }

  @Override
  public double gather(DoubleSupplier backward) {
    parameters.renewGradients();
    if (!early) {
      return backward.getAsDouble();
    }
    try (Autograd.Watch _ = Autograd.betweenPieces(this::exchangeWhole)) {
      return backward.getAsDouble();
    }
  }

  /** Every rank has gone through the same pieces, so that it finds the same buckets whole. */
  private void exchangeWhole() {
    for (Bucket bucket : buckets) {
      if (bucket.weights().stream().allMatch(Parameter::hasGradient)) {
        exchange(bucket);
      }
    }
  }

  @Override
  public void complete() {
    for (Bucket bucket : buckets) {
      if (bucket.weights().stream().anyMatch(Parameter::hasGradient)) {
        exchange(bucket);
      }
    }
  }

  private void exchange(Bucket bucket) {
    bucket.takeGradients();
    bucket.weights().forEach(Parameter::renewGradient);
    ranks.reduceScatter(bucket.values());
    shards.add(bucket);
  }

  @Override
  public double norm() {
    double own = shards.norm();
    return Math.sqrt(ranks.allReduce(own * own)[0]);
  }

  @Override
  public void spread() {
    for (Bucket bucket : buckets) {
      bucket.takeWeights();
      ranks.allGather(bucket.values());
      bucket.giveWeights();
    }
  }

  @Override
  public void forget() {
    parameters.dropGradients();
    shards.clear();
  }
}
