package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.Sharding;
import dev.xfolds.trainer.optim.Bucket;
import dev.xfolds.trainer.optim.Share;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * What ranks exchange in a step: the gradients of their samples before the optimizer moves the
 * weights, and the weights behind it where each moves some of them.
 */
sealed interface SharedStep permits WholeGradients, ShardedGradients {

  /** 25 MB, as PyTorch's DistributedDataParallel has it. */
  long BUCKET_ELEMENTS = 25_000_000 / Float.BYTES;

  /** How many buckets there are at least where memory depends on their size. */
  int FEWEST = 8;

  /**
   * As a plan says.
   *
   * @param manager owns what is exchanged
   */
  static SharedStep of(
      Sharding sharding, Collectives ranks, ParameterSet parameters, NDManager manager) {
    if (ranks.size() == 1) {
      return new WholeGradients(ranks, parameters, List.of());
    }
    boolean early = sharding == Sharding.ZERO2;
    long most =
        early ? Math.min(BUCKET_ELEMENTS, parameters.trainedSize() / FEWEST) : BUCKET_ELEMENTS;
    List<Bucket> buckets = Bucket.of(parameters.trained(), most, ranks.size(), manager);
    return sharding == Sharding.SHARDING_UNSPECIFIED
        ? new WholeGradients(ranks, parameters, buckets)
        : new ShardedGradients(early, ranks, parameters, buckets, manager);
  }

  /** What this rank's optimizer moves, and by which gradients. */
  Share share();

  /**
   * Runs the backward passes of a step, from gradients of zero.
   *
   * @param backward adds gradients to the parameters
   * @return what it returns
   */
  double gather(DoubleSupplier backward);

  /** Exchanges what backward has gathered and {@link #gather} has not exchanged. */
  void complete();

  /** The Euclidean norm of the whole batch's gradients, the same on every rank. */
  double norm();

  /** Brings the weights that each rank has moved to all of them. */
  void spread();

  /** Lets go of all gradients. */
  void forget();
}
