package dev.xfolds.trainer.train;

import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.zip.CRC32C;

/** What ranks must have in common before the first step: else each trains a model of its own. */
final class SameStart {

  private SameStart() {}

  /**
   * Compares samples and weights of all ranks.
   *
   * @throws TrainerException code 2 on every rank if one of them differs from rank 0
   */
  static void check(Collectives ranks, int samples, ParameterSet parameters) {
    if (ranks.size() > 1) {
      compare(ranks, "samples in spec.data", samples);
      compare(ranks, "weights (their CRC-32C)", checksum(parameters));
    }
  }

  private static void compare(Collectives ranks, String what, long own) {
    double[] all = new double[ranks.size()];
    all[ranks.rank()] = (double) own;
    all = ranks.allReduce(all);
    for (int rank = 1; rank < all.length; rank++) {
      if (all[rank] != all[0]) {
        throw TrainerException.invalid(
            "%s must be the same on every rank, was %,.0f on rank 0 and %,.0f on rank %d: do all workers see the same volumes?"
                .formatted(what, all[0], all[rank], rank));
      }
    }
  }

  private static long checksum(ParameterSet parameters) {
    CRC32C sum = new CRC32C();
    for (Parameter parameter : parameters.all()) {
      if (parameter.saved()) {
        sum.update(parameter.array().toByteBuffer(true));
      }
    }
    return sum.getValue();
  }
}
