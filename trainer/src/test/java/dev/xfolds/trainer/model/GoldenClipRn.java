package dev.xfolds.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.JsonNode;
import dev.xfolds.contract.v1.Activation;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.ResNetPlan;
import dev.xfolds.contract.v1.TextTowerPlan;
import dev.xfolds.trainer.golden.GoldenFolder;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.optim.Optimizer;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Attention;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CLIP with a modified ResNet tower against open_clip. */
final class GoldenClipRn {

  /** More threads wait for each other more than they compute, on models this small. */
  @BeforeAll
  static void oneThread() {
    Ops.setThreads(1);
  }

  static Stream<Arguments> cases() throws IOException {
    return GoldenFolder.startingWith("clip-rn")
        .flatMap(folder -> Stream.of(Attention.values()).map(kind -> Arguments.of(folder, kind)));
  }

  private static ClipModel load(
      GoldenFolder folder, Attention attention, NDManager manager, SafetensorsFile weights) {
    JsonNode config = folder.config();
    JsonNode vision = config.path("vision_cfg");
    JsonNode text = config.path("text_cfg");
    ResNetPlan.Builder resnet = ResNetPlan.newBuilder().setWidth(vision.path("width").asInt());
    vision.path("layers").forEach(blocks -> resnet.addLayers(blocks.asInt()));
    int poolWidth = resnet.getWidth() << (resnet.getLayersCount() + 1);
    resnet.setHeads(poolWidth / vision.path("head_width").asInt(64));
    int width = text.path("width").asInt();
    ClipPlan plan =
        ClipPlan.newBuilder()
            .setProjectionWidth(config.path("embed_dim").asInt())
            .setLogitScaleInit(Math.log(1 / 0.07))
            .setLogitScaleMax(Double.MAX_VALUE)
            .setImage(
                ImageTowerPlan.newBuilder()
                    .setImageSize(vision.path("image_size").asInt())
                    .setResnet(resnet))
            .setText(
                TextTowerPlan.newBuilder()
                    .setContextLength(text.path("context_length").asInt())
                    .setVocabularySize(text.path("vocab_size").asInt())
                    .setWidth(width)
                    .setLayers(text.path("layers").asInt())
                    .setHeads(text.path("heads").asInt())
                    .setMlpWidth((int) (width * text.path("mlp_ratio").asDouble(4)))
                    .setActivation(
                        config.path("quick_gelu").asBoolean()
                            ? Activation.QUICK_GELU
                            : Activation.GELU))
            .build();
    ClipModel model = ClipModel.create(plan, new Arithmetic(attention, Precision.FP32), manager, 0);
    model.parameters().load(weights);
    return model;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void forwardAndGradientsAgreeInBothModes(GoldenFolder folder, Attention attention) {
    for (String name : List.of("eval", "train")) {
      Mode mode = name.equals("train") ? new Mode.Training(0) : Mode.evaluation();
      try (NDManager manager = NDManager.newBaseManager();
          SafetensorsFile weights = folder.weights();
          SafetensorsFile values = folder.values();
          NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        ClipModel model = load(folder, attention, manager, weights);
        NDArray images = values.read("in.image", manager);
        NDArray ids = values.read("in.text", manager);
        long[] ends = GoldenClipVit.largest(GoldenClipVit.rows(ids));
        ResNetTower tower = (ResNetTower) model.image();

        NDArray x = tower.stem(images, mode.isTraining());
        GoldenFolder.assertOutput(values, "mid." + name + ".stem", x);
        for (int s = 0; s < folder.config().path("vision_cfg").path("layers").size(); s++) {
          x = tower.stage(s, x, mode.isTraining());
          String middle = "mid." + name + ".layer" + (s + 1);
          if (values.contains(middle)) {
            GoldenFolder.assertOutput(values, middle, x);
          }
        }
        model.parameters().load(weights);
        NDArray imageFeatures = model.encodeImage(images, mode);
        NDArray textFeatures = model.encodeText(ids, ends);
        String out = "out." + name;
        GoldenFolder.assertOutput(values, out + ".image_features", imageFeatures);
        GoldenFolder.assertOutput(values, out + ".text_features", textFeatures);
        NDArray logits = model.logits(imageFeatures, textFeatures);
        GoldenFolder.assertOutput(values, out + ".logits_per_image", logits);

        model.parameters().load(weights);
        try (Autograd recording = new Autograd()) {
          NDArray loss = model.loss(images, ids, ends, mode);
          GoldenFolder.assertLoss(values, "loss." + name, loss.getFloat());
          recording.backward(loss);
        }
        int compared = 0;
        for (Parameter parameter : model.parameters().trained()) {
          String gradient = "grad." + name + "." + parameter.name();
          if (values.contains(gradient)) {
            GoldenFolder.assertGradient(values, gradient, Ops.gradient(parameter.array()));
            compared++;
          } else {
            assertThat(name).as("gradient of %s", parameter.name()).isEqualTo("eval");
          }
        }
        assertThat(compared).isPositive();
        assertBuffers(values, weights, model, mode);
      }
    }
  }

  /** Running statistics move by one forward pass of training and stay in evaluation. */
  private static void assertBuffers(
      SafetensorsFile values, SafetensorsFile weights, ClipModel model, Mode mode) {
    for (Parameter parameter : model.parameters().all()) {
      SafetensorsFile file = mode.isTraining() ? values : weights;
      String name = (mode.isTraining() ? "after_forward." : "") + parameter.name();
      switch (parameter.role()) {
        case WEIGHT, TABLE -> {}
        case BUFFER -> GoldenFolder.assertOutput(file, name, parameter.array());
        case COUNTER ->
            assertThat(parameter.array().getLong())
                .as(name)
                .isEqualTo(file.buffer(name).getLong(0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void twentyStepsFollowTheReference(GoldenFolder folder, Attention attention) {
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile weights = folder.weights();
        SafetensorsFile values = folder.values()) {
      ClipModel model = load(folder, attention, manager, weights);
      NDArray images = values.read("in.image", manager);
      NDArray ids = values.read("in.text", manager);
      long[] ends = GoldenClipVit.largest(GoldenClipVit.rows(ids));
      Optimizer optimizer = folder.optimizer("trace.loss", model.parameters(), manager);
      float[] expected = GoldenFolder.floats(values, "trace.loss");
      float[] trace = new float[expected.length];
      for (int step = 0; step < trace.length; step++) {
        model.parameters().zeroGradients();
        try (NDScope scope = new NDScope();
            Autograd recording = new Autograd()) {
          scope.suppressNotUsedWarning();
          NDArray loss = model.loss(images, ids, ends, new Mode.Training(step));
          trace[step] = loss.getFloat();
          recording.backward(loss);
        }
        optimizer.step(1, 1);
        if (step == 0) {
          int compared = 0;
          for (Parameter parameter : model.parameters().trained()) {
            String name = "after1." + parameter.name();
            if (values.contains(name)) {
              float[] gradient = GoldenFolder.floats(values, "grad.train." + parameter.name());
              GoldenFolder.assertStepped(values, name, parameter.array(), gradient);
              compared++;
            }
          }
          assertThat(compared).isPositive();
        }
      }
      GoldenFolder.assertTrace(expected, trace);
    }
  }
}
