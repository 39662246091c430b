package dev.xfolds.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.golden.GoldenFolder;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Adam, AdamW, clipping and schedules against torch.optim and transformers. */
final class GoldenOptim {

  private static final List<String> NAMES = List.of("big", "small", "bias");

  private static final Offset<Float> WITHIN_MAP = Offset.offset(1e-7f);
  private static final OptimizerPlan EIGHT_BIT =
      OptimizerPlan.newBuilder()
          .setAdamw8Bit(
              AdamPlan.newBuilder()
                  .setLearningRate(1e-3)
                  .setBeta1(0.9)
                  .setBeta2(0.999)
                  .setEpsilon(1e-8)
                  .setWeightDecay(0.1))
          .build();

  static Stream<GoldenFolder> cases() throws IOException {
    return GoldenFolder.startingWith("optim");
  }

  private static ParameterSet parameters(SafetensorsFile values, NDManager manager) {
    return parameters(NAMES, values, manager);
  }

  private static ParameterSet parameters(
      List<String> names, SafetensorsFile values, NDManager manager) {
    ParameterSet set = new ParameterSet();
    for (String name : names) {
      float[] start = GoldenFolder.floats(values, "in.param." + name);
      set.scope(ModelPart.CLASSIFIER)
          .weight(
              name,
              new Initializer.Computed(() -> start),
              values.entry("in.param." + name).shape().getShape());
    }
    set.allocate(manager, 0);
    return set;
  }

  /** Makes the gradients those of the case: of a sum of products with them. */
  private static void giveGradients(ParameterSet set, SafetensorsFile values, int step) {
    set.zeroGradients();
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      for (Parameter parameter : set.trained()) {
        NDArray weight = parameter.array();
        NDArray gradient =
            values.read("in.grad." + step + "." + parameter.name(), weight.getManager());
        recording.backward(Ops.multiply(weight, gradient).sum());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trajectoriesAgree(GoldenFolder folder) {
    compare(folder, "adamw", new AdamRule(moments(0.1), true), 1e-3);
    compare(folder, "adam_l2", new AdamRule(moments(0.1), false), 1e-3);
    compare(folder, "adamax", new AdamaxRule(moments(0)), 2e-3);
    compare(folder, "adamax_l2", new AdamaxRule(moments(0.05)), 2e-3);
    compare(folder, "sgd_momentum", new SgdRule(0.9, false, 1e-4), 0.01);
    compare(folder, "sgd_nesterov", new SgdRule(0.9, true, 1e-4), 0.01);
  }

  private static Moments moments(double decay) {
    return new Moments(0.9, 0.999, 1e-8, decay);
  }

  private static void compare(GoldenFolder folder, String name, Rule rule, double rate) {
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile values = folder.values()) {
      ParameterSet set = parameters(values, manager);
      Optimizer optimizer =
          new Optimizer(
              List.of(new Optimizer.Group(rule, rate, set.trained())),
              0,
              set,
              Share.WHOLE,
              manager);
      int compared = 0;
      for (int step = 0; step < folder.config().path("steps").asInt(); step++) {
        giveGradients(set, values, step);
        optimizer.step(1, 1);
        for (Parameter parameter : set.trained()) {
          String expected = name + ".step" + (step + 1) + "." + parameter.name();
          if (values.contains(expected)) {
            GoldenFolder.assertOutput(values, expected, parameter.array());
            compared++;
          }
        }
      }
      assertThat(compared).as(name).isGreaterThan(NAMES.size());
    }
  }

  /** torchao's: its codes at most one apart in a thousandth, its scales to 1e-6. */
  @ParameterizedTest
  @MethodSource("cases")
  void momentsOfEightBitsAgree(GoldenFolder folder) {
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile values = folder.values()) {
      assertThat(DynamicMap.values(true))
          .containsExactly(GoldenFolder.floats(values, "torchao.qmap_signed"), WITHIN_MAP);
      assertThat(DynamicMap.values(false))
          .containsExactly(GoldenFolder.floats(values, "torchao.qmap_unsigned"), WITHIN_MAP);
      for (String name : List.of("big", "hard")) {
        ParameterSet set = parameters(List.of(name), values, manager);
        Optimizer optimizer =
            Optimizer.create(
                TrainingPlan.newBuilder().setOptimizer(EIGHT_BIT).build(),
                set,
                Share.WHOLE,
                manager);
        for (int step = 1; step <= 5; step++) {
          giveGradients(set, values, step - 1);
          optimizer.step(1, 1);
          if (step == 1 || step == 5) {
            String prefix = "torchao.step" + step + ".";
            compareEightBit(values, prefix, name, optimizer.state());
            GoldenFolder.assertOutput(values, prefix + name, set.get(name).array());
          }
        }
      }
    }
  }

  private static void compareEightBit(
      SafetensorsFile values, String prefix, String name, Map<String, NDArray> state) {
    String infix = name.equals("big") ? "" : name + "_";
    for (String moment : List.of("1", "2")) {
      String ours = moment.equals("1") ? "exp_avg" : "exp_avg_sq";
      if (values.contains(prefix + infix + "codes" + moment)) {
        ByteBuffer expected = values.buffer(prefix + infix + "codes" + moment);
        byte[] codes = state.get(ours + ".codes." + name).toByteArray();
        int different = 0;
        for (int i = 0; i < codes.length; i++) {
          int apart = Math.abs((codes[i] & 255) - (expected.get(i) & 255));
          assertThat(apart).as("%scodes%s[%d]", prefix, moment, i).isLessThanOrEqualTo(1);
          different += apart;
        }
        assertThat(different).isLessThanOrEqualTo(codes.length / 1000);
      }
      if (values.contains(prefix + infix + "scale" + moment)) {
        float[] scales = GoldenFolder.floats(values, prefix + infix + "scale" + moment);
        float[] found = state.get(ours + ".scale." + name).toFloatArray();
        for (int i = 0; i < scales.length; i++) {
          assertThat(found[i]).isCloseTo(scales[i], Offset.offset(1e-6f * scales[i]));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void clippingAgrees(GoldenFolder folder) {
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile values = folder.values()) {
      ParameterSet set = parameters(values, manager);
      giveGradients(set, values, 1);
      double norm = Gradients.globalNorm(set.trained());
      for (String bound : List.of("1", "1e+06")) {
        String expected = "clip" + bound + ".";
        float expectedNorm = GoldenFolder.floats(values, expected + "norm")[0];
        assertThat(norm).isCloseTo(expectedNorm, Offset.offset(1e-5 * expectedNorm));
        float factor = (float) Gradients.clipFactor(norm, Double.parseDouble(bound));
        NDArray clipped = Ops.gradient(set.get("small").array()).mul(manager.create(factor));
        GoldenFolder.assertOutput(values, expected + "grad_small", clipped);
      }
    }
  }

  /** Ours are one step ahead of transformers', which spend step 0 on a rate of 0. */
  @ParameterizedTest
  @MethodSource("cases")
  void schedulesAgree(GoldenFolder folder) throws IOException {
    JsonNode schedules =
        new ObjectMapper().readTree(folder.path().resolve("schedules.json").toFile());
    compare(schedules.path("cosine_warmup_10_of_100"), new Schedule.Cosine(10, 0));
    compare(schedules.path("linear_warmup_10_of_100"), new Schedule.Linear(10, 0));
  }

  private static void compare(JsonNode expected, Schedule schedule) {
    assertThat(expected.size()).isEqualTo(100);
    for (int i = 1; i < 100; i++) {
      assertThat(schedule.factor(i - 1L, 100))
          .as("step %d", i)
          .isCloseTo(expected.get(i).asDouble(), Offset.offset(1e-12));
    }
    assertThat(schedule.factor(99, 100)).isCloseTo(0, Offset.offset(1e-12));
  }
}
