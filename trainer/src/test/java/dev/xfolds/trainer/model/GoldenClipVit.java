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
import dev.xfolds.contract.v1.TextTowerPlan;
import dev.xfolds.contract.v1.VitPlan;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CLIP with a ViT tower against transformers' CLIPModel. */
final class GoldenClipVit {

  /** From this id on, transformers looks for the id itself and not for the largest one. */
  private static final long LEGACY_END_ID = 2;

  /** More threads wait for each other more than they compute, on models this small. */
  @BeforeAll
  static void oneThread() {
    Ops.setThreads(1);
  }

  static Stream<Arguments> cases() throws IOException {
    return GoldenFolder.startingWith("clip-vit")
        .flatMap(folder -> Stream.of(Attention.values()).map(kind -> Arguments.of(folder, kind)));
  }

  static Activation activation(String name) {
    return switch (name) {
      case "quick_gelu" -> Activation.QUICK_GELU;
      case "gelu" -> Activation.GELU;
      default -> throw new IllegalArgumentException("activation " + name);
    };
  }

  private static ClipModel load(
      GoldenFolder folder, Attention attention, NDManager manager, SafetensorsFile weights) {
    JsonNode config = folder.config();
    JsonNode vision = config.path("vision_config");
    JsonNode text = config.path("text_config");
    ClipPlan plan =
        ClipPlan.newBuilder()
            .setProjectionWidth(config.path("projection_dim").asInt())
            .setLogitScaleInit(config.path("logit_scale_init").asDouble(2.6592))
            .setLogitScaleMax(Double.MAX_VALUE)
            .setImage(
                ImageTowerPlan.newBuilder()
                    .setImageSize(vision.path("image_size").asInt())
                    .setVit(
                        VitPlan.newBuilder()
                            .setPatchSize(vision.path("patch_size").asInt())
                            .setWidth(vision.path("hidden_size").asInt())
                            .setLayers(vision.path("num_hidden_layers").asInt())
                            .setHeads(vision.path("num_attention_heads").asInt())
                            .setMlpWidth(vision.path("intermediate_size").asInt())
                            .setActivation(activation(vision.path("hidden_act").asText()))))
            .setText(
                TextTowerPlan.newBuilder()
                    .setContextLength(text.path("max_position_embeddings").asInt())
                    .setVocabularySize(text.path("vocab_size").asInt())
                    .setWidth(text.path("hidden_size").asInt())
                    .setLayers(text.path("num_hidden_layers").asInt())
                    .setHeads(text.path("num_attention_heads").asInt())
                    .setMlpWidth(text.path("intermediate_size").asInt())
                    .setActivation(activation(text.path("hidden_act").asText())))
            .build();
    ClipModel model =
        ClipModel.outline(
            plan,
            new Arithmetic(attention, Precision.FP32),
            vision.path("layer_norm_eps").asDouble(1e-5),
            text.path("layer_norm_eps").asDouble(1e-5));
    model.parameters().allocate(manager, 0);
    model.parameters().load(weights);
    return model;
  }

  private static long[] ends(GoldenFolder folder, NDArray ids) {
    long[][] rows = rows(ids);
    long end = folder.config().path("text_config").path("eos_token_id").asLong();
    return end == LEGACY_END_ID ? largest(rows) : ClipModel.endPositions(rows, end);
  }

  static long[][] rows(NDArray ids) {
    int length = (int) ids.getShape().get(1);
    long[] flat = ids.toLongArray();
    long[][] rows = new long[(int) ids.getShape().get(0)][length];
    for (int i = 0; i < flat.length; i++) {
      rows[i / length][i % length] = flat[i];
    }
    return rows;
  }

  /** The first position of the largest id of each row. */
  static long[] largest(long[][] rows) {
    long[] ends = new long[rows.length];
    for (int row = 0; row < ends.length; row++) {
      for (int i = 1; i < rows[row].length; i++) {
        if (rows[row][i] > rows[row][(int) ends[row]]) {
          ends[row] = i;
        }
      }
    }
    return ends;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void forwardAndGradientsAgree(GoldenFolder folder, Attention attention) {
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile weights = folder.weights();
        SafetensorsFile values = folder.values();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      ClipModel model = load(folder, attention, manager, weights);
      NDArray images = values.read("in.pixel_values", manager);
      NDArray ids = values.read("in.input_ids", manager);
      long[] ends = ends(folder, ids);
      VitTower vit = (VitTower) model.image();

      GoldenFolder.assertOutput(values, "mid.vision_embeddings", vit.states(images, 0));
      GoldenFolder.assertOutput(values, "mid.vision_layer0", vit.states(images, 1));
      GoldenFolder.assertOutput(values, "mid.vision_pooled", vit.pooled(images));
      NDArray first = Ops.slice(ids, 0, 0, 1);
      GoldenFolder.assertOutput(
          values, "mid.text_embeddings_row0", model.text().embeddings(first).squeeze(0));
      GoldenFolder.assertOutput(
          values, "mid.text_layer0_row0", model.text().states(first, 1).squeeze(0));
      GoldenFolder.assertOutput(values, "mid.text_pooled", model.text().pooled(ids, ends));
      NDArray imageEmbeddings = model.encodeImage(images, Mode.evaluation());
      NDArray textEmbeddings = model.encodeText(ids, ends);
      GoldenFolder.assertOutput(values, "out.image_embeds", imageEmbeddings);
      GoldenFolder.assertOutput(values, "out.text_embeds", textEmbeddings);
      GoldenFolder.assertOutput(
          values, "out.logits_per_image", model.logits(imageEmbeddings, textEmbeddings));

      try (Autograd recording = new Autograd()) {
        NDArray loss = model.loss(images, ids, ends, new Mode.Training(0));
        GoldenFolder.assertLoss(values, "loss", loss.getFloat());
        recording.backward(loss);
      }
      for (Parameter parameter : model.parameters().trained()) {
        GoldenFolder.assertGradient(
            values, "grad." + parameter.name(), Ops.gradient(parameter.array()));
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
      NDArray images = values.read("in.pixel_values", manager);
      NDArray ids = values.read("in.input_ids", manager);
      long[] ends = ends(folder, ids);
      Optimizer optimizer = folder.optimizer("after1", model.parameters(), manager);
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
            if (values.contains(name) && !parameter.name().endsWith("k_proj.bias")) {
              float[] gradient = GoldenFolder.floats(values, "grad." + parameter.name());
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
