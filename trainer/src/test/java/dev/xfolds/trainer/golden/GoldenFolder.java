package dev.xfolds.trainer.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.optim.Optimizer;
import dev.xfolds.trainer.optim.Share;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** One case: config.json, weights, and the expected values. */
public record GoldenFolder(Path path, JsonNode config) {

  private static final String NUMBER = "([0-9.]+(?:e-?[0-9]+)?)";

  /** Every case below the golden folder whose name, or whose folder's, begins so. */
  public static Stream<GoldenFolder> startingWith(String prefix) throws IOException {
    Path root = SharedFolder.of("XFOLDS_GOLDEN", "golden");
    List<GoldenFolder> cases = new ArrayList<>();
    if (Files.isDirectory(root)) {
      try (Stream<Path> folders = Files.list(root)) {
        for (Path folder : folders.sorted().toList()) {
          Path file = folder.resolve("config.json");
          if (Files.isRegularFile(file)) {
            JsonNode config = new ObjectMapper().readTree(file.toFile());
            if (config.path("case").asText().startsWith(prefix)
                || folder.getFileName().toString().startsWith(prefix)) {
              cases.add(new GoldenFolder(folder, config));
            }
          }
        }
      }
    }
    Assumptions.assumeTrue(
        !cases.isEmpty(), "no golden case " + prefix + " below " + root + " (XFOLDS_GOLDEN)");
    return cases.stream();
  }

  public SafetensorsFile weights() {
    return SafetensorsFile.open(path.resolve("weights.safetensors"));
  }

  public SafetensorsFile values() {
    return SafetensorsFile.open(path.resolve("case.safetensors"));
  }

  /**
   * The optimizer of a description such as "AdamW lr 1e-3 betas (0.9, 0.98) eps 1e-6 weight decay
   * 0.1".
   */
  public Optimizer optimizer(String key, ParameterSet parameters, NDManager manager) {
    String text = config.path(key).asText();
    double rate = number(text, "lr " + NUMBER).orElse(1e-3);
    AdamPlan adam =
        AdamPlan.newBuilder()
            .setLearningRate(rate)
            .setBeta1(number(text, "betas \\(" + NUMBER).orElse(0.9))
            .setBeta2(number(text, "betas \\([^,]+, *" + NUMBER).orElse(0.999))
            .setEpsilon(number(text, "eps " + NUMBER).orElse(1e-8))
            .setWeightDecay(number(text, "weight[ _]decay " + NUMBER).orElse(0.0))
            .build();
    OptimizerPlan.Builder plan = OptimizerPlan.newBuilder();
    if (text.contains("AdamW")) {
      plan.setAdamw(adam);
    } else {
      plan.setAdam(adam);
    }
    return Optimizer.create(
        TrainingPlan.newBuilder().setOptimizer(plan).build(), parameters, Share.WHOLE, manager);
  }

  private static Optional<Double> number(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.find() ? Optional.of(Double.valueOf(matcher.group(1))) : Optional.empty();
  }

  /** Values of a tensor. */
  public static float[] floats(SafetensorsFile file, String name) {
    float[] values = new float[Math.toIntExact(file.entry(name).shape().size())];
    file.buffer(name).asFloatBuffer().get(values);
    return values;
  }

  /** Outputs: 1e-5 absolute and 1e-5 relative. */
  public static void assertOutput(SafetensorsFile file, String name, NDArray actual) {
    assertThat(actual.getShape()).as("shape of %s", name).isEqualTo(file.entry(name).shape());
    float[] expected = floats(file, name);
    float[] values = actual.toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      assertClose(name, i, values[i], expected[i], 1e-5 + 1e-5 * Math.abs(expected[i]));
    }
  }

  /** Losses: 2e-6 relative. */
  public static void assertLoss(SafetensorsFile file, String name, float actual) {
    float expected = floats(file, name)[0];
    assertClose(name, 0, actual, expected, 2e-6 * Math.abs(expected));
  }

  /** Gradients: 1e-6 absolute and 1e-4 of the tensor's largest. */
  public static void assertGradient(SafetensorsFile file, String name, NDArray actual) {
    assertThat(actual.getShape()).as("shape of %s", name).isEqualTo(file.entry(name).shape());
    float[] expected = floats(file, name);
    float[] values = actual.toFloatArray();
    double tolerance = 1e-6 + 1e-4 * largest(expected);
    for (int i = 0; i < expected.length; i++) {
      assertClose(name, i, values[i], expected[i], tolerance);
    }
  }

  /**
   * Weights after one step of Adam: as outputs, where the gradient is above 1e-5 of the tensor's
   * largest.
   */
  public static void assertStepped(
      SafetensorsFile file, String name, NDArray actual, float[] gradient) {
    float[] expected = floats(file, name);
    float[] values = actual.toFloatArray();
    double least = 1e-5 * largest(gradient);
    for (int i = 0; i < expected.length; i++) {
      if (Math.abs(gradient[i]) > least) {
        assertClose(name, i, values[i], expected[i], 1e-5 + 1e-5 * Math.abs(expected[i]));
      }
    }
  }

  /** Traces of a loss: 1e-4 relative over the first 10 steps, then 1e-3. */
  public static void assertTrace(float[] expected, float[] actual) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      double tolerance = (i <= 10 ? 1e-4 : 1e-3) * Math.abs(expected[i]);
      assertClose("trace.loss", i, actual[i], expected[i], tolerance);
    }
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static void assertClose(
      String name, int index, double actual, double expected, double tolerance) {
    if (!(Math.abs(actual - expected) <= tolerance)) {
      throw new AssertionError(
          "%s[%d] is %s, expected %s within %.3g"
              .formatted(name, index, actual, expected, tolerance));
    }
  }

  @Override
  public String toString() {
    return path.getFileName().toString();
  }
}
