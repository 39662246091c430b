package dev.xfolds.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.ParameterGroupPlan;
import dev.xfolds.contract.v1.ParameterKind;
import dev.xfolds.contract.v1.SgdPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.SafetensorsWriter;
import dev.xfolds.trainer.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OptimizerIT {

  private static final AdamPlan ADAM =
      AdamPlan.newBuilder()
          .setLearningRate(1e-2)
          .setBeta1(0.9)
          .setBeta2(0.999)
          .setEpsilon(1e-8)
          .setWeightDecay(0.1)
          .build();
  private static final OptimizerPlan PLAN = OptimizerPlan.newBuilder().setAdamw(ADAM).build();
  private static final SgdPlan SGD =
      SgdPlan.newBuilder().setLearningRate(1e-2).setMomentum(0.9).setWeightDecay(0.1).build();

  /** Whole blocks of 8 bits. */
  private static final int LARGE = 4096;

  static Stream<OptimizerPlan> plans() {
    return Stream.of(
        PLAN,
        OptimizerPlan.newBuilder().setAdam(ADAM).build(),
        OptimizerPlan.newBuilder().setAdamax(ADAM).build(),
        OptimizerPlan.newBuilder().setAdamw8Bit(ADAM).build(),
        OptimizerPlan.newBuilder().setSgd(SGD).build(),
        OptimizerPlan.newBuilder().setSgd(SGD.toBuilder().setNesterov(true)).build(),
        OptimizerPlan.newBuilder().setSgd(SGD.toBuilder().setMomentum(0)).build());
  }

  @TempDir Path folder;

  private static ParameterSet parameters(NDManager manager, int width) {
    ParameterSet set = new ParameterSet();
    set.scope(ModelPart.CLASSIFIER).weight("w", new Initializer.Normal(1), width);
    set.allocate(manager, 1);
    return set;
  }

  private static Optimizer create(OptimizerPlan plan, ParameterSet set, NDManager manager) {
    return Optimizer.create(
        TrainingPlan.newBuilder().setOptimizer(plan).build(), set, Share.WHOLE, manager);
  }

  private static void steps(ParameterSet set, Optimizer optimizer, int count) {
    for (int i = 0; i < count; i++) {
      set.zeroGradients();
      try (NDScope scope = new NDScope();
          Autograd recording = new Autograd()) {
        scope.suppressNotUsedWarning();
        recording.backward(set.get("w").array().square().sum());
      }
      optimizer.step(1, 0.5);
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void aLoadedStateContinuesBitForBit(OptimizerPlan plan) throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Path state = folder.resolve("optimizer-0.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet whole = parameters(manager, LARGE);
      Optimizer first = create(plan, whole, manager);
      steps(whole, first, 3);
      SafetensorsWriter.write(weights, whole.tensors(), Map.of());
      SafetensorsWriter.write(state, first.state(), Map.of());
      steps(whole, first, 3);

      ParameterSet resumed = parameters(manager, LARGE);
      Optimizer second = create(plan, resumed, manager);
      try (SafetensorsFile model = SafetensorsFile.open(weights);
          SafetensorsFile saved = SafetensorsFile.open(state)) {
        resumed.load(model);
        second.load(List.of(saved));
      }
      assertThat(second.steps()).isEqualTo(3);
      steps(resumed, second, 3);
      assertThat(resumed.get("w").array().toFloatArray())
          .isEqualTo(whole.get("w").array().toFloatArray());
    }
  }

  @Test
  void momentsOfEightBitsTakeAQuarter() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = parameters(manager, LARGE);
      OptimizerPlan plan = OptimizerPlan.newBuilder().setAdamw8Bit(ADAM).build();
      assertThat(bytes(create(plan, set, manager)))
          .isEqualTo(2 * (LARGE + 4 * LARGE / 256) + Long.BYTES);
      assertThat(bytes(create(PLAN, set, manager))).isEqualTo(2 * 4 * LARGE + Long.BYTES);
    }
  }

  private static long bytes(Optimizer optimizer) {
    return optimizer.state().values().stream()
        .mapToLong(array -> array.getShape().size() * array.getDataType().getNumOfBytes())
        .sum();
  }

  @Test
  void theStateOfAnotherOptimizerIsRefused() throws IOException {
    Path state = folder.resolve("optimizer-0.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = parameters(manager, LARGE);
      SafetensorsWriter.write(state, create(PLAN, set, manager).state(), Map.of());
      OptimizerPlan plan = OptimizerPlan.newBuilder().setAdamax(ADAM).build();
      try (SafetensorsFile saved = SafetensorsFile.open(state)) {
        Optimizer other = create(plan, set, manager);
        assertThatThrownBy(() -> other.load(List.of(saved)))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining("not of this optimizer: exp_avg_sq.w");
      }
    }
  }

  @Test
  void theStateOfOtherWeightsIsRefused() throws IOException {
    Path state = folder.resolve("optimizer-0.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      Optimizer four = create(PLAN, parameters(manager, 4), manager);
      Optimizer five = create(PLAN, parameters(manager, 5), manager);
      SafetensorsWriter.write(state, four.state(), Map.of());
      try (SafetensorsFile saved = SafetensorsFile.open(state)) {
        assertThatThrownBy(() -> five.load(List.of(saved)))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining("exp_avg.w is F32 (4), expected float32 (5)");
      }
    }
  }

  private static TrainingPlan grouped(ParameterGroupPlan.Builder... groups) {
    TrainingPlan.Builder plan =
        TrainingPlan.newBuilder()
            .setOptimizer(
                OptimizerPlan.newBuilder()
                    .setSgd(SgdPlan.newBuilder().setLearningRate(0.5).setWeightDecay(0.25)));
    for (ParameterGroupPlan.Builder group : groups) {
      plan.addParameterGroups(group);
    }
    return plan.build();
  }

  /** A norm's addend, and a matrix and a bias of another part: all are 1. */
  private static ParameterSet threeWeights(NDManager manager) {
    ParameterSet set = new ParameterSet();
    set.scope(ModelPart.IMAGE_TOWER).at("image.ln").norm("bias", Initializer.ones(), 2);
    set.scope(ModelPart.CLASSIFIER).at("head").weight("weight", Initializer.ones(), 2);
    set.scope(ModelPart.CLASSIFIER).at("head").bias("bias", Initializer.ones(), 2);
    set.allocate(manager, 1);
    return set;
  }

  /** With gradients of zero only decay moves a weight: 1 becomes 1 - rate x decay. */
  private static List<Float> afterOneStep(TrainingPlan plan, double rateFactor) {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = threeWeights(manager);
      Optimizer optimizer = Optimizer.create(plan, set, Share.WHOLE, manager);
      try (NDScope scope = new NDScope();
          Autograd recording = new Autograd()) {
        scope.suppressNotUsedWarning();
        NDArray sum = set.all().getFirst().array().sum();
        for (Parameter parameter : set.all().subList(1, 3)) {
          sum = sum.add(parameter.array().sum());
        }
        recording.backward(sum.mul(0));
      }
      optimizer.step(rateFactor, 1);
      return set.all().stream().map(parameter -> parameter.array().getFloat(0)).toList();
    }
  }

  @Test
  void weightHasTheNumbersOfTheFirstGroupThatSelectsIt() {
    assertThat(afterOneStep(grouped(), 1)).containsExactly(0.875f, 0.875f, 0.875f);
    assertThat(
            afterOneStep(
                grouped(
                    ParameterGroupPlan.newBuilder()
                        .addKinds(ParameterKind.BIAS)
                        .addKinds(ParameterKind.NORM)
                        .setWeightDecay(0)),
                1))
        .containsExactly(1f, 0.875f, 1f);
    assertThat(
            afterOneStep(
                grouped(
                    ParameterGroupPlan.newBuilder()
                        .addParts(ModelPart.IMAGE_TOWER)
                        .setLearningRate(1),
                    ParameterGroupPlan.newBuilder()
                        .addNames("head")
                        .addNames("image.ln.bias")
                        .setLearningRate(0.25)
                        .setWeightDecay(1)),
                0.5))
        .as("half of the rates")
        .containsExactly(0.875f, 0.875f, 0.875f);
    assertThat(
            afterOneStep(
                grouped(
                    ParameterGroupPlan.newBuilder()
                        .addParts(ModelPart.CLASSIFIER)
                        .addKinds(ParameterKind.BIAS)
                        .addNames("head.bias")
                        .setWeightDecay(0)),
                1))
        .as("all selectors together")
        .containsExactly(0.875f, 0.875f, 1f);
  }

  @Test
  void groupWithoutWeightsIsRefusedByName() {
    ParameterGroupPlan.Builder biases =
        ParameterGroupPlan.newBuilder().addKinds(ParameterKind.BIAS).setWeightDecay(0);
    assertThatThrownBy(() -> afterOneStep(grouped(biases, biases), 1))
        .isInstanceOf(TensorException.class)
        .hasMessage(
            "spec.training.parameterGroups[1] must select a trained weight that no group before it"
                + " has, selects none");
    assertThatThrownBy(
            () ->
                afterOneStep(
                    grouped(
                        ParameterGroupPlan.newBuilder()
                            .addNames("head")
                            .addNames("he")
                            .setWeightDecay(0)),
                    1))
        .isInstanceOf(TensorException.class)
        .hasMessage(
            "spec.training.parameterGroups[0].names[1] must name a trained weight or what holds"
                + " one, was \"he\"; this model has image.ln.bias, head.weight, head.bias and 0"
                + " more");
  }

  @Test
  void averageFollowsTheWeightsAndIsWhatTheModelShows() throws IOException {
    TrainingPlan plan = TrainingPlan.newBuilder().setOptimizer(PLAN).setEmaDecay(0.75).build();
    Path weights = folder.resolve("model.safetensors");
    Path state = folder.resolve("optimizer-0.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet plain = parameters(manager, LARGE);
      Optimizer unaveraged = create(PLAN, plain, manager);
      ParameterSet shown = parameters(manager, LARGE);
      Optimizer averaged = Optimizer.create(plan, shown, Share.WHOLE, manager);
      float[] expected = shown.get("w").array().toFloatArray();
      for (int step = 0; step < 3; step++) {
        steps(plain, unaveraged, 1);
        averagedSteps(shown, averaged, 1);
        float[] moved = plain.get("w").array().toFloatArray();
        for (int i = 0; i < expected.length; i++) {
          expected[i] = 0.75f * expected[i] + 0.25f * moved[i];
        }
        assertThat(shown.get("w").array().toFloatArray()).containsExactly(expected, within(1e-6f));
        assertThat(averaged.state().get("weight.w").toFloatArray())
            .as("training goes on as without an average")
            .isEqualTo(moved);
      }
      SafetensorsWriter.write(weights, shown.tensors(), Map.of());
      SafetensorsWriter.write(state, averaged.state(), Map.of());
      averagedSteps(shown, averaged, 2);

      ParameterSet resumed = parameters(manager, LARGE);
      try (SafetensorsFile model = SafetensorsFile.open(weights);
          SafetensorsFile saved = SafetensorsFile.open(state)) {
        resumed.load(model);
        Optimizer second = Optimizer.create(plan, resumed, Share.WHOLE, manager);
        second.load(List.of(saved));
        averagedSteps(resumed, second, 2);
      }
      assertThat(resumed.get("w").array().toFloatArray())
          .isEqualTo(shown.get("w").array().toFloatArray());
    }
  }

  private static void averagedSteps(ParameterSet set, Optimizer optimizer, int count) {
    for (int i = 0; i < count; i++) {
      try (WeightAverage.InTraining training = optimizer.average().inTraining()) {
        steps(set, optimizer, 1);
        training.follow();
      }
    }
  }
}
