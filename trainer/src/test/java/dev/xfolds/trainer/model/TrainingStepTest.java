package dev.xfolds.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.FusionPlan;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.optim.Optimizer;
import dev.xfolds.trainer.optim.Share;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole training steps of tiny models. */
final class TrainingStepTest {

  private static final int BATCH = 4;
  private static final OptimizerPlan ADAMW =
      OptimizerPlan.newBuilder()
          .setAdamw(
              AdamPlan.newBuilder()
                  .setLearningRate(3e-3)
                  .setBeta1(0.9)
                  .setBeta2(0.98)
                  .setEpsilon(1e-8)
                  .setWeightDecay(0.01))
          .build();

  /** More threads wait for each other more than they compute, on models this small. */
  @BeforeAll
  static void oneThread() {
    Ops.setThreads(1);
  }

  static Stream<ImageTowerPlan> towers() {
    return Stream.of(Plans.tinyResnet(), Plans.tinyVit());
  }

  static Stream<FusionPlan> fusions() {
    return Stream.of(Plans.stacked(2, 9), Plans.bilinear(2, 9));
  }

  private static NDArray images(NDManager manager) {
    Shape shape = new Shape(BATCH, 3, 16, 16);
    return manager.create(new Initializer.Normal(1).values(5, "images", shape.size()), shape);
  }

  private static NDArray ids(NDManager manager, int length) {
    long[] ids = new long[BATCH * length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (i * 7L + i / length) % 19;
    }
    return manager.create(ids, new Shape(BATCH, length));
  }

  /** Losses of {@code steps} steps; asserts that arrays do not pile up after the first. */
  private static float[] train(
      NDManager manager, ParameterSet parameters, int steps, IntFunction<NDArray> loss) {
    Optimizer optimizer =
        Optimizer.create(
            TrainingPlan.newBuilder().setOptimizer(ADAMW).build(),
            parameters,
            Share.WHOLE,
            manager);
    float[] trace = new float[steps];
    int arrays = 0;
    for (int step = 0; step < steps; step++) {
      parameters.zeroGradients();
      try (NDScope scope = new NDScope();
          Autograd recording = new Autograd()) {
        scope.suppressNotUsedWarning();
        NDArray value = loss.apply(step);
        trace[step] = value.getFloat();
        recording.backward(value);
      }
      optimizer.step(1, 1);
      if (step == 0) {
        arrays = manager.getManagedArrays().size();
      }
    }
    assertThat(manager.getManagedArrays()).hasSize(arrays);
    assertThat(optimizer.steps()).isEqualTo(steps);
    return trace;
  }

  private static float[] trainClip(ImageTowerPlan image, long seed, int steps) {
    try (NDManager manager = NDManager.newBaseManager()) {
      ClipModel model = ClipModel.create(Plans.tinyClip(image), Arithmetic.USUAL, manager, seed);
      NDArray images = images(manager);
      NDArray ids = ids(manager, 6);
      long[] ends = {5, 2, 3, 4};
      return train(
          manager,
          model.parameters(),
          steps,
          step -> model.loss(images, ids, ends, new Mode.Training(step)));
    }
  }

  private static float[] trainVqa(FusionPlan fusion, boolean frozen, int steps) {
    try (NDManager manager = NDManager.newBaseManager()) {
      VqaClassifier model =
          VqaClassifier.create(Plans.vqa(Plans.tinyResnet(), fusion), Arithmetic.USUAL, manager, 1);
      if (frozen) {
        model.parameters().freeze(Set.of(ModelPart.IMAGE_TOWER));
      }
      NDArray images = images(manager);
      NDArray ids = ids(manager, 5);
      return train(
          manager,
          model.parameters(),
          steps,
          step -> {
            Mode mode = new Mode.Training(step);
            NDArray tokens = model.imageTokens(images, mode);
            assertThat(tokens.getShape()).isEqualTo(new Shape(BATCH, 4, 64));
            NDArray logits = model.logits(tokens, ids, new int[] {5, 1, 3, 2}, mode);
            return model.loss(logits, new long[] {0, 3, 6, -1});
          });
    }
  }

  @ParameterizedTest
  @MethodSource("towers")
  void hundredStepsLowerTheLossAndLeakNothing(ImageTowerPlan image) {
    float[] trace = trainClip(image, 1, 100);
    assertThat(trace[99]).isLessThan(trace[0] / 4);
  }

  @ParameterizedTest
  @MethodSource("towers")
  void equalSeedsGiveEqualTracesBitForBit(ImageTowerPlan image) {
    assertThat(trainClip(image, 1, 10)).isEqualTo(trainClip(image, 1, 10));
    assertThat(trainClip(image, 2, 1)).isNotEqualTo(trainClip(image, 1, 1));
  }

  @ParameterizedTest
  @MethodSource("fusions")
  void answersAreLearnedWithAndWithoutTheTower(FusionPlan fusion) {
    for (boolean frozen : List.of(true, false)) {
      float[] trace = trainVqa(fusion, frozen, 100);
      assertThat(trace[99]).isLessThan(trace[0] / 2);
      assertThat(trainVqa(fusion, frozen, 3)).isEqualTo(trainVqa(fusion, frozen, 3));
    }
  }

  @ParameterizedTest
  @MethodSource("fusions")
  void paddingBehindAQuestionHasNoEffect(FusionPlan fusion) {
    try (NDManager manager = NDManager.newBaseManager()) {
      VqaClassifier model =
          VqaClassifier.create(Plans.vqa(Plans.tinyVit(), fusion), Arithmetic.USUAL, manager, 1);
      NDArray tokens = model.imageTokens(images(manager), Mode.evaluation());
      NDArray tokensOfOne = tokens.get("0:1");
      float[] alone =
          model
              .logits(
                  tokensOfOne,
                  manager.create(new long[] {3, 4}, new Shape(1, 2)),
                  new int[] {2},
                  Mode.evaluation())
              .toFloatArray();
      float[] padded =
          model
              .logits(
                  tokensOfOne,
                  manager.create(new long[] {3, 4, 9, 0}, new Shape(1, 4)),
                  new int[] {2},
                  Mode.evaluation())
              .toFloatArray();
      for (int i = 0; i < alone.length; i++) {
        assertThat(padded[i]).isCloseTo(alone[i], org.assertj.core.data.Offset.offset(1e-5f));
      }
    }
  }

  @Test
  void textBehindItsEndHasNoEffect() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ClipModel model =
          ClipModel.create(Plans.tinyClip(Plans.tinyVit()), Arithmetic.USUAL, manager, 1);
      NDArray longer = manager.create(new long[] {1, 19, 7, 7}, new Shape(1, 4));
      NDArray shorter = manager.create(new long[] {1, 19}, new Shape(1, 2));
      float[] first = model.encodeText(longer, new long[] {1}).toFloatArray();
      float[] second = model.encodeText(shorter, new long[] {1}).toFloatArray();
      for (int i = 0; i < first.length; i++) {
        assertThat(second[i]).isCloseTo(first[i], org.assertj.core.data.Offset.offset(1e-6f));
      }
    }
  }

  @Test
  void endPositionsAreThoseOfTheFirstEndToken() {
    assertThat(ClipModel.endPositions(new long[][] {{1, 9, 9}, {9, 0, 0}}, 9))
        .containsExactly(1, 0);
    assertThatThrownBy(() -> ClipModel.endPositions(new long[][] {{1, 9}, {1, 2}}, 9))
        .hasMessage("text 1 has no end-of-text token (9) among its 2");
  }

  @Test
  void logitScaleStaysWithinItsBound() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ClipModel model =
          ClipModel.create(Plans.tinyClip(Plans.tinyVit()), Arithmetic.USUAL, manager, 1);
      NDArray scale = model.parameters().get("logit_scale").array();
      model.clampLogitScale();
      assertThat(scale.getFloat()).isEqualTo((float) Math.log(1 / 0.07));
      scale.set(new float[] {7});
      model.clampLogitScale();
      assertThat(scale.getFloat()).isEqualTo((float) Math.log(100));
    }
  }

  @Test
  void aFrozenTowerKeepsItsRunningStatistics() {
    try (NDManager manager = NDManager.newBaseManager()) {
      VqaClassifier model =
          VqaClassifier.create(
              Plans.vqa(Plans.tinyResnet(), Plans.stacked(1, 9)), Arithmetic.USUAL, manager, 1);
      model.parameters().freeze(Set.of(ModelPart.IMAGE_TOWER));
      model.imageTokens(images(manager), new Mode.Training(0));
      assertThat(model.parameters().get("visual.bn1.num_batches_tracked").array().getLong())
          .isZero();
      model.parameters().freeze(Set.of());
      model.imageTokens(images(manager), new Mode.Training(0));
      assertThat(model.parameters().get("visual.bn1.num_batches_tracked").array().getLong())
          .isEqualTo(1);
    }
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    assertThatThrownBy(() -> ClipModel.outline(Plans.tinyClip(Plans.vit(16, 8, 10, 1, 3))))
        .hasMessage("width of a transformer must be a multiple of heads (3), was 10");
    assertThatThrownBy(() -> ClipModel.outline(Plans.tinyClip(Plans.vit(20, 8, 8, 1, 2))))
        .hasMessage("image size must be a multiple of the patch size (8), was 20");
    assertThatThrownBy(
            () -> ClipModel.outline(Plans.tinyClip(Plans.resnet(20, 8, 4, List.of(1, 1)))))
        .hasMessage("image size of a ResNet tower with 2 stages must be a multiple of 8, was 20");
  }
}
