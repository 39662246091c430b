package dev.xfolds.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.model.ClipModel;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.text.TokenizerJsons;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weights that transformers (ViT) and open_clip (ResNet) have written, and weights that they read.
 * The Python that has them starts once, because that takes it longer than all the rest: it takes
 * the checkpoints of runs, and leaves weights of its own, inputs and outputs.
 */
@EnabledIfEnvironmentVariable(
    named = "XFOLDS_PYTHON",
    matches = ".+",
    disabledReason = "XFOLDS_PYTHON names no Python with transformers and open_clip")
final class PythonWeightsIT {

  /** Of an output's largest value. */
  private static final double TOLERANCE = 1e-5;

  @TempDir static Path folder;

  @BeforeAll
  static void referencesWork() throws IOException, InterruptedException, URISyntaxException {
    Files.writeString(
        folder.resolve("tokenizer.json"), TokenizerJsons.of(List.of("l u")).toString());
    List<String> command = new ArrayList<>();
    command.add(System.getenv("XFOLDS_PYTHON"));
    command.add(
        Path.of(PythonWeightsIT.class.getResource("/python/weights.py").toURI()).toString());
    for (String name : List.of("vit", "resnet", "vit-b-32", "rn50")) {
      Path its = Files.createDirectory(folder.resolve(name));
      command.add(its.toString());
      Files.writeString(its.resolve("plan.json"), JsonFormat.printer().print(plan(name)));
      if (!isPublic(name)) {
        Attempts run = attempts(plan(name));
        run.run();
        Files.createSymbolicLink(its.resolve("checkpoint"), run.best().folder());
      }
    }
    Path log = folder.resolve("log");
    Process python =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(python.waitFor()).as(Files.readString(log)).isZero();
  }

  /** Of the sizes that published weights have; not trained here. */
  private static boolean isPublic(String name) {
    return name.equals("vit-b-32") || name.equals("rn50");
  }

  /** Small models, and two of which weights are public. */
  private static RunPlan.Builder plan(String name) {
    RunPlan.Builder plan = name.startsWith("vit") ? TinyPlans.clipVit() : TinyPlans.clipResnet();
    plan.setName(name);
    ClipPlan.Builder clip = plan.getModelBuilder().getClipBuilder();
    clip.getTokenizerBuilder().getBytePairBuilder().setVolume("models").setPath("tokenizer.json");
    clip.getTextBuilder().setVocabularySize(515);
    switch (name) {
      case "vit" -> {}
      case "resnet" ->
          clip.getImageBuilder()
              .setImageSize(64)
              .getResnetBuilder()
              .setHeads(8)
              .addLayers(1)
              .addLayers(1);
      case "vit-b-32" -> {
        clip.setProjectionWidth(512).getImageBuilder().setImageSize(224);
        clip.getImageBuilder()
            .getVitBuilder()
            .setPatchSize(32)
            .setWidth(768)
            .setLayers(12)
            .setHeads(12)
            .setMlpWidth(3072);
        publicText(clip);
      }
      case "rn50" -> {
        clip.setProjectionWidth(1024).getImageBuilder().setImageSize(224);
        clip.getImageBuilder()
            .getResnetBuilder()
            .setWidth(64)
            .clearLayers()
            .addAllLayers(List.of(3, 4, 6, 3))
            .setHeads(32);
        publicText(clip);
      }
      default -> throw new IllegalArgumentException(name);
    }
    return plan;
  }

  private static void publicText(ClipPlan.Builder clip) {
    clip.getTextBuilder()
        .setContextLength(77)
        .setVocabularySize(49_408)
        .setWidth(512)
        .setLayers(12)
        .setHeads(8)
        .setMlpWidth(2048);
  }

  private static Volumes volumes() {
    return new Volumes(Map.of("models", folder));
  }

  private static Attempts attempts(RunPlan.Builder plan) {
    return new Attempts(folder, TinyPlans.promised(plan), volumes(), Optional.empty());
  }

  private static RunPlan.Builder startingWith(String name, String type) {
    RunPlan.Builder plan = plan(name).setName(name + "-" + type);
    plan.getInitFromBuilder().addParts(ModelPart.IMAGE_TOWER).addParts(ModelPart.TEXT_TOWER);
    plan.getInitFromBuilder()
        .getCheckpointBuilder()
        .setVolume("models")
        .setPath("%s/%s.safetensors".formatted(name, type));
    return plan.clearTraining().clearValidation().clearData();
  }

  @ParameterizedTest
  @CsvSource({
    "vit, float32", "vit, float16", "vit, bfloat16",
    "resnet, float32", "resnet, float16", "resnet, bfloat16"
  })
  void runTakesTheirWeightsAndGivesTheirOutputs(String name, String type)
      throws InterruptedException {
    Attempts run = attempts(startingWith(name, type));
    run.run();
    Path weights = run.latest().file(Checkpoint.MODEL);
    try (SafetensorsFile taken = SafetensorsFile.open(weights);
        SafetensorsFile meant = values(name, type + "-widened")) {
      assertThat(taken.names()).containsExactlyInAnyOrderElementsOf(meant.names());
      for (String tensor : meant.names()) {
        assertThat(taken.buffer(tensor)).as(tensor).isEqualTo(meant.buffer(tensor));
      }
      assertOutputs(name, type, model -> model.load(taken));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit-b-32", "rn50"})
  void weightsOfPublicSizesGiveTheirOutputs(String name) {
    RunPlan plan = startingWith(name, "float16").build();
    Origin origin = Origin.of(plan, folder, volumes()).orElseThrow();
    assertOutputs(name, "float16", origin::load);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "resnet"})
  void theyTakeTheWeightsOfARunAndGiveItsOutputs(String name) {
    Path weights = attempts(plan(name)).best().file(Checkpoint.MODEL);
    try (SafetensorsFile taken = SafetensorsFile.open(weights)) {
      assertOutputs(name, "checkpoint", model -> model.load(taken));
    }
  }

  private static SafetensorsFile values(String name, String file) {
    return SafetensorsFile.open(folder.resolve(name).resolve(file + ".safetensors"));
  }

  /** With these weights the reference's outputs are ours. */
  private static void assertOutputs(String name, String weights, Consumer<ParameterSet> load) {
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile values = values(name, "values");
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      ClipPlan clip = plan(name).getModel().getClip();
      ClipModel model = ClipModel.create(clip, Arithmetic.USUAL, manager, 1);
      load.accept(model.parameters());
      NDArray images = model.encodeImage(values.read("in.images", manager), Mode.evaluation());
      long[] ends = values.read("in.ends", manager).toLongArray();
      NDArray texts = model.encodeText(values.read("in.ids", manager), ends);
      String out = "out." + weights + ".";
      assertOutput(values, out + "images", images);
      assertOutput(values, out + "texts", texts);
      assertOutput(values, out + "logits", model.logits(images, texts));
    }
  }

  private static void assertOutput(SafetensorsFile values, String name, NDArray actual) {
    assertThat(actual.getShape()).as(name).isEqualTo(values.entry(name).shape());
    float[] found = actual.toFloatArray();
    float[] expected = new float[found.length];
    values.buffer(name).asFloatBuffer().get(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(found[i] - (double) expected[i]));
    }
    assertThat(difference).as(name).isLessThanOrEqualTo(TOLERANCE * largest);
  }
}
