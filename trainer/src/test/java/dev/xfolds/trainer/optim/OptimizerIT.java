package dev.xfolds.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.SgdPlan;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.SafetensorsWriter;
import dev.xfolds.trainer.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Path;
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

  private static void steps(ParameterSet set, Optimizer optimizer, int count) {
    for (int i = 0; i < count; i++) {
      set.zeroGradients();
      try (NDScope scope = new NDScope();
          Autograd recording = new Autograd()) {
        scope.suppressNotUsedWarning();
        recording.backward(set.get("w").array().square().sum());
      }
      optimizer.step(Optimizer.learningRate(PLAN), 0.5);
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void aLoadedStateContinuesBitForBit(OptimizerPlan plan) throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Path state = folder.resolve("optimizer-0.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet whole = parameters(manager, LARGE);
      Optimizer first = Optimizer.create(plan, whole.trained(), manager);
      steps(whole, first, 3);
      SafetensorsWriter.write(weights, whole.tensors(), Map.of());
      SafetensorsWriter.write(state, first.state(), Map.of());
      steps(whole, first, 3);

      ParameterSet resumed = parameters(manager, LARGE);
      Optimizer second = Optimizer.create(plan, resumed.trained(), manager);
      try (SafetensorsFile model = SafetensorsFile.open(weights);
          SafetensorsFile saved = SafetensorsFile.open(state)) {
        resumed.load(model);
        second.load(saved);
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
      assertThat(bytes(Optimizer.create(plan, set.trained(), manager)))
          .isEqualTo(2 * (LARGE + 4 * LARGE / 256) + Long.BYTES);
      assertThat(bytes(Optimizer.create(PLAN, set.trained(), manager)))
          .isEqualTo(2 * 4 * LARGE + Long.BYTES);
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
      SafetensorsWriter.write(
          state, Optimizer.create(PLAN, set.trained(), manager).state(), Map.of());
      OptimizerPlan plan = OptimizerPlan.newBuilder().setAdamax(ADAM).build();
      try (SafetensorsFile saved = SafetensorsFile.open(state)) {
        Optimizer other = Optimizer.create(plan, set.trained(), manager);
        assertThatThrownBy(() -> other.load(saved))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining("not of this optimizer: exp_avg_sq.w");
      }
    }
  }

  @Test
  void theStateOfOtherWeightsIsRefused() throws IOException {
    Path state = folder.resolve("optimizer-0.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      Optimizer four = Optimizer.create(PLAN, parameters(manager, 4).trained(), manager);
      Optimizer five = Optimizer.create(PLAN, parameters(manager, 5).trained(), manager);
      SafetensorsWriter.write(state, four.state(), Map.of());
      try (SafetensorsFile saved = SafetensorsFile.open(state)) {
        assertThatThrownBy(() -> five.load(saved))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining("exp_avg.w is F32 (4), expected float32 (5)");
      }
    }
  }
}
