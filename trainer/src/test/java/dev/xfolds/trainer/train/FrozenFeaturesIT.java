package dev.xfolds.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.checkpoint.CheckpointStore;
import dev.xfolds.trainer.checkpoint.RunFolder;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.data.BatchOrder;
import dev.xfolds.trainer.data.ImageTensors;
import dev.xfolds.trainer.data.PixelTensors;
import dev.xfolds.trainer.data.Preprocessing;
import dev.xfolds.trainer.data.TrainingData;
import dev.xfolds.trainer.parallel.SingleRank;
import dev.xfolds.trainer.progress.MetricsFile;
import dev.xfolds.trainer.progress.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FrozenFeaturesIT {

  @TempDir Path folder;

  /** Features of an image, computed again for each step that needs them. */
  private record Computed(Learner learner, PixelTensors pixels, NDManager manager)
      implements ImageTensors {

    @Override
    public long[] shape() {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        return learner.features(manager.zeros(batchOfOne())).getShape().slice(1).getShape();
      }
    }

    private Shape batchOfOne() {
      return new Shape(1).addAll(new Shape(pixels.shape()));
    }

    @Override
    public void read(int image, float[] target, int offset) {
      float[] values = new float[pixels.size()];
      pixels.read(image, values, 0);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        float[] features = learner.features(manager.create(values, batchOfOne())).toFloatArray();
        System.arraycopy(features, 0, target, offset, features.length);
      }
    }
  }

  static Stream<Named<RunPlan.Builder>> plans() {
    RunPlan.Builder clip = TinyPlans.clipResnet();
    clip.getTrainingBuilder().addFrozen(ModelPart.IMAGE_TOWER);
    return Stream.of(Named.of("vqa", TinyPlans.vqaFrozen()), Named.of("clip", clip));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void cachedFeaturesGiveTheLossOfComputedOnes(RunPlan.Builder frozen)
      throws IOException, InterruptedException {
    RunPlan plan = TinyPlans.promised(frozen);
    Attempts cached = new Attempts(Files.createDirectory(folder.resolve("cached")), plan);
    cached.run();
    List<MetricsFile.StepLoss> expected = computed(plan);
    List<MetricsFile.StepLoss> losses =
        MetricsFile.losses(cached.folder().resolve("metrics.jsonl"), 100);
    assertThat(losses).hasSize(12).hasSameSizeAs(expected);
    for (int i = 0; i < losses.size(); i++) {
      assertThat(losses.get(i).loss()).isCloseTo(expected.get(i).loss(), within(2e-5f));
    }
  }

  private List<MetricsFile.StepLoss> computed(RunPlan plan)
      throws IOException, InterruptedException {
    Path runs = Files.createDirectory(folder.resolve("computed"));
    Volumes volumes = new Volumes(Map.of());
    Preprocessing preprocessing =
        Preprocessing.of(
            plan.getModel().hasClip()
                ? plan.getModel().getClip().getImage()
                : plan.getModel().getVqaClassifier().getImage());
    TrainingData data = TrainingData.load(plan, volumes, Optional.empty(), () -> {});
    RunFolder claimed = RunFolder.claim(runs, plan, 1);
    try (NDManager manager = NDManager.newBaseManager()) {
      RunContext run =
          new RunContext(
              plan,
              claimed,
              1,
              new CheckpointStore(claimed, 1),
              new RunState(InstantSource.system()),
              () -> false,
              InstantSource.system(),
              manager,
              new SingleRank());
      Learner learner =
          new Learners(plan, volumes, manager, run.ranks())
              .fresh(data.training(), Optional.empty());
      new TrainingLoop(
              run,
              learner,
              data,
              new BatchOrder(
                  plan.getTraining().getSeed(), data.weights(), plan.getTraining().getBatchSize()),
              new Computed(learner, new PixelTensors(data.images(), preprocessing, 0), manager),
              new CheckpointWriter(run, learner, data.fingerprints(), false),
              new Evaluations(run, Optional.empty(), preprocessing),
              Optional.empty())
          .run();
    }
    return MetricsFile.losses(claimed.metrics(), 100);
  }
}
