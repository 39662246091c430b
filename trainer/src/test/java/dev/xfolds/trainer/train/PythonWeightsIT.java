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
      if (isTrained(name)) {
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

  private static boolean isTrained(String name) {
    return name.equals("vit") || name.equals("resnet");
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

  private static Attempts attempts(RunPlan.Builder plan) {
    return new Attempts(
        folder, TinyPlans.promised(plan), new Volumes(Map.of("models", folder)), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "vit, float32", "vit, float16", "vit, bfloat16", "vit-b-32, float16",
    "resnet, float32", "resnet, float16", "resnet, bfloat16", "rn50, float16"
  })
  void runTakesTheirWeightsAndGivesTheirOutputs(String name, String type)
      throws IOException, InterruptedException {
    RunPlan.Builder plan = plan(name).setName(name + "-" + type);
    plan.clearTraining().clearValidation().clearData();
    plan.getInitFromBuilder().addParts(ModelPart.IMAGE_TOWER).addParts(ModelPart.TEXT_TOWER);
    plan.getInitFromBuilder()
        .getCheckpointBuilder()
        .setVolume("models")
        .setPath("%s/%s.safetensors".formatted(name, type));
    Attempts run = attempts(plan);
    run.run();
    try (SafetensorsFile taken = SafetensorsFile.open(run.latest().file(Checkpoint.MODEL));
        SafetensorsFile meant =
            SafetensorsFile.open(folder.resolve(name).resolve(type + "-widened.safetensors"))) {
      assertThat(taken.names()).containsExactlyInAnyOrderElementsOf(meant.names());
      for (String tensor : meant.names()) {
        assertThat(taken.buffer(tensor)).as(tensor).isEqualTo(meant.buffer(tensor));
      }
    }
    assertOutputs(name, type, run.latest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"vit", "resnet"})
  void theyTakeTheWeightsOfARunAndGiveItsOutputs(String name) throws IOException {
    assertOutputs(name, "checkpoint", attempts(plan(name)).best());
  }

  /** The reference's outputs, with these weights, are ours. */
  private static void assertOutputs(String name, String weights, Checkpoint checkpoint) {
    ClipPlan clip = plan(name).getModel().getClip();
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile values =
            SafetensorsFile.open(folder.resolve(name).resolve("values.safetensors"));
        SafetensorsFile model = SafetensorsFile.open(checkpoint.file(Checkpoint.MODEL));
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      ClipModel ours = ClipModel.create(clip, Arithmetic.USUAL, manager, 1);
      ours.parameters().load(model);
      NDArray images = ours.encodeImage(values.read("in.images", manager), Mode.evaluation());
      NDArray texts =
          ours.encodeText(
              values.read("in.ids", manager), values.read("in.ends", manager).toLongArray());
      String out = "out." + weights + ".";
      assertOutput(values, out + "images", images);
      assertOutput(values, out + "texts", texts);
      assertOutput(values, out + "logits", ours.logits(images, texts));
    }
  }

  private static void assertOutput(SafetensorsFile values, String name, NDArray actual) {
    assertThat(actual.getShape()).as(name).isEqualTo(values.entry(name).shape());
    float[] expected = new float[(int) actual.size()];
    values.buffer(name).asFloatBuffer().get(expected);
    float[] found = actual.toFloatArray();
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(found[i] - (double) expected[i]));
    }
    System.err.println("DIFF " + name + " " + difference / largest + " of " + largest);
    assertThat(difference).as(name).isLessThanOrEqualTo(TOLERANCE * largest);
  }
}
