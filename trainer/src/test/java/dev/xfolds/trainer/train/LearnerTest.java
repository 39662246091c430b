package dev.xfolds.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.xfolds.contract.v1.ActivationCheckpointing;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.NonFinitePolicy;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.datasets.phantom.PhantomGenerator;
import dev.xfolds.datasets.phantom.PhantomSplit;
import dev.xfolds.trainer.answer.Answered;
import dev.xfolds.trainer.answer.Answerer;
import dev.xfolds.trainer.answer.Asked;
import dev.xfolds.trainer.answer.ImageFile;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.data.Batch;
import dev.xfolds.trainer.data.Preprocessing;
import dev.xfolds.trainer.data.Sample;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.optim.Optimizer;
import dev.xfolds.trainer.parallel.SingleRank;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients, steps and answers of whole learners on eight samples. */
final class LearnerTest {

  private static final int BATCH = 8;
  private static final long[] IMAGE = {3, 16, 16};
  private static final int FLOATS = 3 * 16 * 16;

  private final NDManager manager = NDManager.newBaseManager();

  @BeforeAll
  static void oneThread() {
    Ops.setThreads(1);
    Autograd.recordNothing();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Named<RunPlan.Builder>> plans() {
    return Stream.of(
        Named.of("clip, ViT", TinyPlans.clipVit()),
        Named.of("clip, ResNet", TinyPlans.clipResnet()),
        Named.of("vqa", TinyPlans.vqa()));
  }

  private static List<Sample> samples(RunPlan.Builder plan) {
    boolean captions = plan.getModel().hasClip();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      String text =
          "%s of the %s".formatted(i % 2 == 0 ? "a scan" : "an image", "abcdefgh".charAt(i));
      List<String> answers =
          captions ? List.of() : List.of(i < 3 ? "yes" : i < 6 ? "no" : "of " + i);
      samples.add(new Sample("data", null, text, answers, ""));
    }
    return samples;
  }

  private Learner learner(RunPlan.Builder plan) {
    return new Learners(TinyPlans.promised(plan), new Volumes(Map.of()), manager, new SingleRank())
        .fresh(samples(plan), Optional.empty());
  }

  private static Batch batch(long step) {
    return new Batch(
        step,
        IntStream.range(0, BATCH).toArray(),
        new Initializer.Normal(1).values(step, "images", (long) BATCH * FLOATS));
  }

  private StepInput input(RunPlan.Builder plan, Learner learner) {
    return new StepInput(learner.encode(samples(plan)), batch(7), IMAGE, manager);
  }

  private Map<String, float[]> gradients(RunPlan.Builder plan, Learner learner, int parts) {
    learner.parameters().zeroGradients();
    learner.gather(input(plan, learner), BATCH / parts, new Mode.Training(3));
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      for (Parameter parameter : learner.parameters().trained()) {
        gradients.put(parameter.name(), Ops.gradient(parameter.array()).toFloatArray());
      }
    }
    return gradients;
  }

  /** Relative to the largest value of each tensor, or of all where one is all but zero. */
  private static void assertClose(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    double all = expected.values().stream().mapToDouble(LearnerTest::largest).max().orElseThrow();
    expected.forEach(
        (name, values) -> {
          double bound = 2e-5 * Math.max(largest(values), 1e-2 * all);
          float[] others = actual.get(name);
          for (int i = 0; i < values.length; i++) {
            assertThat(Math.abs(others[i] - values[i])).as(name).isLessThanOrEqualTo((float) bound);
          }
        });
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Test
  void partsOfAContrastiveBatchGiveTheGradientsOfTheWhole() {
    RunPlan.Builder plan = TinyPlans.clipVit();
    Learner learner = learner(plan);
    Map<String, float[]> whole = gradients(plan, learner, 1);
    assertThat(largest(whole.get("logit_scale"))).isPositive();
    assertClose(gradients(plan, learner, 2), whole);
    assertClose(gradients(plan, learner, 4), whole);
    assertThat(learner.gather(input(plan, learner), 2, new Mode.Training(3)))
        .isCloseTo(learner.gather(input(plan, learner), BATCH, new Mode.Training(3)), within(1e-5));
  }

  static Stream<Named<RunPlan.Builder>> transformers() {
    RunPlan.Builder frozen = TinyPlans.clipVit();
    frozen.getTrainingBuilder().addFrozen(ModelPart.TEXT_TOWER);
    RunPlan.Builder half = TinyPlans.clipVit();
    half.getTrainingBuilder().setPrecision(Precision.BF16);
    return Stream.of(
        Named.of("clip", TinyPlans.clipVit()),
        Named.of("clip, frozen texts", frozen),
        Named.of("clip, bf16", half),
        Named.of("clip, texts alone", TinyPlans.clipResnet()));
  }

  @ParameterizedTest
  @MethodSource("transformers")
  void blocksThatAreComputedAnewGiveTheSameGradients(RunPlan.Builder plan) {
    RunPlan.Builder anew = plan.clone();
    anew.getParallelismBuilder()
        .setActivationCheckpointing(ActivationCheckpointing.TRANSFORMER_BLOCKS);
    for (int parts : new int[] {1, 4}) {
      Map<String, float[]> kept = gradients(plan, learner(plan), parts);
      Map<String, float[]> found = gradients(anew, learner(anew), parts);
      assertThat(found.keySet()).isEqualTo(kept.keySet());
      kept.forEach((name, values) -> assertThat(found.get(name)).as(name).isEqualTo(values));
    }
  }

  @Test
  void partsWithAFrozenTowerGiveTheGradientsOfTheWhole() {
    RunPlan.Builder plan = TinyPlans.clipVit();
    plan.getTrainingBuilder().addFrozen(ModelPart.TEXT_TOWER);
    Learner learner = learner(plan);
    assertClose(gradients(plan, learner, 4), gradients(plan, learner, 1));
  }

  /** Two of eight questions have an answer that is no class, both in the last quarter. */
  @Test
  void partsOfQuestionsWithoutAClassGiveTheGradientsOfTheWhole() {
    RunPlan.Builder plan = TinyPlans.vqa();
    plan.getModelBuilder()
        .getVqaClassifierBuilder()
        .setAnswers(2)
        .setDropout(0)
        .setImage(TinyPlans.clipVit().getModel().getClip().getImage());
    Learner learner = learner(plan);
    assertThat(learner.encode(samples(plan)).targets(new int[] {0, 3, 6, 7}))
        .containsExactly(1, 0, -1, -1);
    Map<String, float[]> whole = gradients(plan, learner, 1);
    assertClose(gradients(plan, learner, 2), whole);
    assertClose(gradients(plan, learner, 4), whole);
    assertThat(learner.gather(input(plan, learner), 2, new Mode.Training(3)))
        .isCloseTo(learner.gather(input(plan, learner), BATCH, new Mode.Training(3)), within(1e-5));
  }

  @Test
  void questionsThatAllHaveNoClassLeaveNothing() {
    RunPlan.Builder plan = TinyPlans.vqa();
    plan.getModelBuilder().getVqaClassifierBuilder().setAnswers(1);
    Learner learner = learner(plan);
    Encoded data = new Encoded(learner.encode(samples(plan)).ids(), new int[BATCH][0]);
    for (int atOnce : new int[] {BATCH, 2}) {
      learner.parameters().zeroGradients();
      StepInput input = new StepInput(data, batch(7), IMAGE, manager);
      assertThat(learner.gather(input, atOnce, new Mode.Training(3))).isZero();
      Measured measured = learner.measure(input, atOnce);
      assertThat(measured).isEqualTo(new Measured(0, 0, 0, BATCH));
      assertThat(measured.loss()).isNaN();
    }
  }

  @Test
  void runningStatisticsMoveOncePerPart() {
    RunPlan.Builder plan = TinyPlans.clipResnet();
    Learner learner = learner(plan);
    Learner other = learner(plan);
    gradients(plan, learner, 4);
    for (StepInput.Range range : input(plan, other).parts(2)) {
      other.gather(part(plan, other, range), 2, new Mode.Training(3));
    }
    for (Parameter parameter : learner.parameters().all()) {
      switch (parameter.role()) {
        case COUNTER -> assertThat(parameter.array().getLong()).isEqualTo(4);
        case BUFFER ->
            assertThat(parameter.array().toFloatArray())
                .as(parameter.name())
                .isEqualTo(other.parameters().get(parameter.name()).array().toFloatArray());
        case WEIGHT, TABLE -> {}
      }
    }
  }

  private StepInput part(RunPlan.Builder plan, Learner learner, StepInput.Range range) {
    StepInput whole = input(plan, learner);
    float[] images =
        Arrays.copyOfRange(whole.batch().images(), range.from() * FLOATS, range.to() * FLOATS);
    return new StepInput(whole.data(), new Batch(7, whole.samples(range), images), IMAGE, manager);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void hundredStepsLeaveNoArrays(RunPlan.Builder plan) {
    for (int accumulation : new int[] {1, 2}) {
      plan.getTrainingBuilder()
          .setBatchSize(BATCH)
          .setSteps(100)
          .setGradientAccumulation(accumulation)
          .setNonFinitePolicy(NonFinitePolicy.SKIP_STEP);
      Learner learner = learner(plan);
      Stepper stepper = stepper(plan, learner);
      Answerer answerer = answerer(plan, learner);
      List<Asked> asked = asked(plan);
      int arrays = 0;
      for (int step = 0; step < 50; step++) {
        stepper.step(batch(step));
        learner.measure(input(plan, learner), BATCH / accumulation);
        assertThat(answerer.answer(asked)).hasSize(asked.size());
        if (step == 0) {
          arrays = manager.getManagedArrays().size();
        }
      }
      assertThat(manager.getManagedArrays()).hasSize(arrays);
    }
  }

  private Stepper stepper(RunPlan.Builder plan, Learner learner) {
    SharedStep alone =
        SharedStep.of(
            plan.getParallelism().getSharding(), new SingleRank(), learner.parameters(), manager);
    Optimizer optimizer =
        Optimizer.create(plan.getTraining(), learner.parameters(), alone.share(), manager);
    return new Stepper(
        plan.getTraining(),
        plan.getTraining().getBatchSize() / plan.getTraining().getGradientAccumulation(),
        learner,
        learner.encode(samples(plan)),
        IMAGE,
        optimizer,
        plan.getTraining().getSteps(),
        manager,
        alone);
  }

  private static Answerer answerer(RunPlan.Builder plan, Learner learner) {
    return learner.answerer(
        Preprocessing.of(
            plan.getModel().hasClip()
                ? plan.getModel().getClip().getImage()
                : plan.getModel().getVqaClassifier().getImage()));
  }

  private static List<Asked> asked(RunPlan.Builder plan) {
    List<String> choices = plan.getModel().hasClip() ? List.of("a scan", "an image") : List.of();
    return PhantomGenerator.captions(5, 3, 32, PhantomSplit.TRAIN).stream()
        .map(
            item ->
                new Asked(
                    "a scan of the b",
                    choices,
                    new ImageFile(item.image().name(), item.image().bytes())))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void aStepThatIsNotFiniteIsUndoneOrEndsTheRun(RunPlan.Builder plan) {
    plan.getTrainingBuilder().setBatchSize(BATCH).setGradientAccumulation(2);
    Batch poisoned = batch(3);
    poisoned.images()[5] = Float.NaN;
    plan.getTrainingBuilder().setNonFinitePolicy(NonFinitePolicy.SKIP_STEP);
    Learner learner = learner(plan);
    Map<String, float[]> before = values(learner);
    StepResult result = stepper(plan, learner).step(poisoned);
    assertThat(result.skipped()).isTrue();
    assertThat(result.loss()).isNaN();
    assertThat(values(learner)).usingRecursiveComparison().isEqualTo(before);
    assertThat(stepper(plan, learner).step(batch(4)).skipped()).isFalse();

    plan.getTrainingBuilder().setNonFinitePolicy(NonFinitePolicy.STOP);
    assertThatThrownBy(() -> stepper(plan, learner(plan)).step(poisoned))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessageStartingWith(
            "loss is NaN and the gradient's norm NaN at step 4, expected finite");
  }

  private static Map<String, float[]> values(Learner learner) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter parameter : learner.parameters().all()) {
      values.put(
          parameter.name(),
          parameter.role() == Parameter.Role.COUNTER
              ? new float[] {parameter.array().getLong()}
              : parameter.array().toFloatArray());
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("plans")
  void damagedWeightsGiveNoAnswer(RunPlan.Builder plan) {
    Learner learner = learner(plan);
    List<Answered> answered = answerer(plan, learner).answer(asked(plan));
    assertThat(answered)
        .allSatisfy(
            a -> assertThat(a.confidence().orElseThrow()).isPositive().isLessThanOrEqualTo(1));
    NDArray weights = learner.parameters().trained().getFirst().array();
    float[] poisoned = weights.toFloatArray();
    Arrays.fill(poisoned, Float.NaN);
    weights.set(poisoned);
    assertThatThrownBy(() -> answerer(plan, learner).answer(asked(plan)))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessage(
            "the model's answers must be finite numbers, were NaN: its weights are damaged");
  }
}
