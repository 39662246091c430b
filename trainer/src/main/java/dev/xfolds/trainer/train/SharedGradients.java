package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.trainer.optim.GradientBucket;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.tensor.Parameter;
import java.util.List;

/** The gradients of all ranks, added up on each of them. */
final class SharedGradients {

  /** 25 MB, as PyTorch's DistributedDataParallel has it. */
  private static final long BUCKET_ELEMENTS = 25_000_000 / Float.BYTES;

  private final Collectives ranks;
  private final List<GradientBucket> buckets;

  SharedGradients(Collectives ranks, List<Parameter> trained, NDManager manager) {
    this.ranks = ranks;
    this.buckets =
        ranks.size() == 1 ? List.of() : GradientBucket.of(trained, BUCKET_ELEMENTS, manager);
  }

  /** Puts the sums in the gradients' place, the same bits on every rank. */
  void add() {
    for (GradientBucket bucket : buckets) {
      bucket.fill();
      ranks.allReduce(bucket.values());
      bucket.empty();
    }
  }
}
