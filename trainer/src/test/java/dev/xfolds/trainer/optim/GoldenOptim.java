package dev.xfolds.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.golden.GoldenFolder;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Adam, AdamW, clipping and schedules against torch.optim and transformers. */
final class GoldenOptim {

  private static final List<String> NAMES = List.of("big", "small", "bias");

  static Stream<GoldenFolder> cases() throws IOException {
    return GoldenFolder.startingWith("optim");
  }

  private static ParameterSet parameters(SafetensorsFile values, NDManager manager) {
    ParameterSet set = new ParameterSet();
    for (String name : NAMES) {
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
    compare(folder, "adamw", new AdamSettings(0.9, 0.999, 1e-8, 0.1, true));
    compare(folder, "adam_l2", new AdamSettings(0.9, 0.999, 1e-8, 0.1, false));
  }

  private static void compare(GoldenFolder folder, String name, AdamSettings settings) {
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile values = folder.values()) {
      ParameterSet set = parameters(values, manager);
      Adam optimizer = new Adam(settings, set.trained(), manager);
      int compared = 0;
      for (int step = 0; step < folder.config().path("steps").asInt(); step++) {
        giveGradients(set, values, step);
        optimizer.step(1e-3, 1);
        for (Parameter parameter : set.trained()) {
          String expected = name + ".step" + (step + 1) + "." + parameter.name();
          if (values.contains(expected)) {
            GoldenFolder.assertOutput(values, expected, parameter.array());
            compared++;
          }
        }
      }
      assertThat(compared).isGreaterThan(NAMES.size());
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
