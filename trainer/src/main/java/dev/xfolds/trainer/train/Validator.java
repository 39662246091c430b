package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.trainer.data.Batch;
import dev.xfolds.trainer.data.BatchLoader;
import dev.xfolds.trainer.data.ImageTensors;
import dev.xfolds.trainer.parallel.Collectives;
import java.util.function.BooleanSupplier;

/**
 * Measures the model on the validation split, in the order of its samples; of several ranks each
 * takes every so-manieth batch.
 */
final class Validator {

  private final Learner learner;
  private final Encoded data;
  private final int[] imageOfSample;
  private final ImageTensors images;
  private final int batchSize;
  private final int atOnce;
  private final int threads;
  private final String metric;
  private final Collectives ranks;

  Validator(
      RunPlan plan,
      Learner learner,
      Encoded data,
      int[] imageOfSample,
      ImageTensors images,
      int atOnce,
      Collectives ranks) {
    this.ranks = ranks;
    this.learner = learner;
    this.data = data;
    this.imageOfSample = imageOfSample;
    this.images = images;
    this.batchSize = Math.min(plan.getTraining().getBatchSize(), Math.max(1, data.size()));
    this.atOnce = atOnce;
    this.threads = plan.getTraining().getDataThreads();
    this.metric = plan.getValidation().getMetric();
  }

  /**
   * Over all samples that can be measured, of all ranks.
   *
   * @param stop ends it early, with what was measured so far
   */
  Measured measure(NDManager manager, BooleanSupplier stop) throws InterruptedException {
    Measured sum = Measured.NOTHING;
    long all = Math.ceilDiv(data.size(), batchSize);
    long batches = Math.ceilDiv(all - ranks.rank(), ranks.size());
    try (BatchLoader loader =
        new BatchLoader(this::samples, imageOfSample, images, 0, batches, threads)) {
      for (long i = 0; i < batches && !stop.getAsBoolean(); i++) {
        Batch batch = loader.next();
        if (learner.measurable(batch.samples().length, batchSize)) {
          StepInput input = new StepInput(data, batch, images.shape(), manager);
          sum = sum.plus(learner.measure(input, atOnce));
        }
      }
    }
    double[] sums =
        ranks.allReduce(
            sum.lossSum(), (double) sum.losses(), (double) sum.right(), (double) sum.answered());
    return new Measured(sums[0], (long) sums[1], (long) sums[2], (long) sums[3]);
  }

  private int[] samples(long batchOfRank) {
    int start = Math.toIntExact((batchOfRank * ranks.size() + ranks.rank()) * batchSize);
    int[] samples = new int[Math.min(batchSize, data.size() - start)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = start + i;
    }
    return samples;
  }

  /** The value that chooses a checkpoint. */
  double value(Measured measured) {
    return metric.equals("loss") ? measured.loss() : measured.accuracy();
  }

  /** Whether a value of this state is the best so far, which the state then holds. */
  boolean choose(TrainingState.Builder state, double value) {
    boolean better =
        Double.isFinite(value)
            && (state.getBestStep() < 0 || better(value, state.getBestValidation()));
    if (better) {
      state.setBestValidation(value).setBestStep(state.getStep());
      state.setValidationsWithoutImprovement(0);
    } else {
      state.setValidationsWithoutImprovement(state.getValidationsWithoutImprovement() + 1);
    }
    return better;
  }

  private boolean better(double value, double best) {
    return metric.equals("loss") ? value < best : value > best;
  }
}
