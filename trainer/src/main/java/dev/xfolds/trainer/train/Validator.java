package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.data.Batch;
import dev.xfolds.trainer.data.BatchLoader;
import dev.xfolds.trainer.data.ImageTensors;
import java.util.function.BooleanSupplier;

/** Measures the model on the validation split, in the order of its samples. */
final class Validator {

  private final Learner learner;
  private final Encoded data;
  private final int[] imageOfSample;
  private final ImageTensors images;
  private final int batchSize;
  private final int atOnce;
  private final int threads;
  private final String metric;

  Validator(RunPlan plan, Learner learner, Encoded data, int[] imageOfSample, ImageTensors images) {
    this.learner = learner;
    this.data = data;
    this.imageOfSample = imageOfSample;
    this.images = images;
    this.batchSize = Math.min(plan.getTraining().getBatchSize(), Math.max(1, data.size()));
    this.atOnce = plan.getTraining().getBatchSize() / plan.getTraining().getGradientAccumulation();
    this.threads = plan.getTraining().getDataThreads();
    this.metric = plan.getValidation().getMetric();
  }

  /**
   * Over all samples that can be measured.
   *
   * @param stop ends it early, with what was measured so far
   */
  Measured measure(NDManager manager, BooleanSupplier stop) throws InterruptedException {
    Measured sum = Measured.NOTHING;
    long batches = Math.ceilDiv(data.size(), batchSize);
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
    return sum;
  }

  private int[] samples(long batch) {
    int start = Math.toIntExact(batch * batchSize);
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

  /** Whether a value is better than the best so far; one that is not a number never is. */
  boolean better(double value, double best) {
    return metric.equals("loss") ? value < best : value > best;
  }
}
