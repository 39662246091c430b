package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.data.Batch;
import dev.xfolds.trainer.data.BatchLoader;
import dev.xfolds.trainer.data.FeatureStore;
import dev.xfolds.trainer.data.ImageTensors;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** What a frozen image tower makes of every image, computed once. */
final class FrozenFeatures {

  /** Bounds the memory: of a pass, every intermediate result lives to its end. */
  private static final int BATCH = 8;

  private static final long MEMORY_BYTES = 1L << 30;
  private static final Encoded NO_TEXTS = new Encoded(new int[0][], new int[0][]);

  private FrozenFeatures() {}

  /**
   * Computes all features.
   *
   * @param pixels of all images
   * @throws TrainerException code 12 on a request to stop
   */
  static FeatureStore compute(RunContext run, Learner learner, ImageTensors pixels, int images)
      throws InterruptedException {
    run.state().phase(Phase.CACHING);
    int threads = run.plan().getTraining().getDataThreads();
    FeatureStore store = null;
    int batches = Math.ceilDiv(images, BATCH);
    int[] itself = IntStream.range(0, images).toArray();
    try (BatchLoader loader =
        new BatchLoader(batch -> range(batch, images), itself, pixels, 0, batches, threads)) {
      for (int i = 0; i < batches; i++) {
        if (run.stop().getAsBoolean()) {
          throw TrainerException.stopped("stopped on request before training went on");
        }
        Batch batch = loader.next();
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          StepInput input = new StepInput(NO_TEXTS, batch, pixels.shape(), run.manager());
          NDArray features = learner.features(input.images(input.whole()));
          if (store == null) {
            long[] shape = features.getShape().slice(1).getShape();
            Path file =
                run.folder().path().resolve(".features-%d.bin".formatted(run.ranks().rank()));
            store = new FeatureStore(images, shape, MEMORY_BYTES, file);
          }
          store.write(i * BATCH, features.toFloatArray());
        }
        run.state().phase(Phase.CACHING);
      }
      return store;
    } catch (RuntimeException | InterruptedException e) {
      if (store != null) {
        store.close();
      }
      throw e;
    }
  }

  private static int[] range(long batch, int images) {
    int start = Math.toIntExact(batch * BATCH);
    return IntStream.range(start, Math.min(images, start + BATCH)).toArray();
  }
}
