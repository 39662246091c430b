package dev.xfolds.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.golden.GoldenFolder;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stacked and bilinear attention over several objects, some missing, against MICCAI19-MedVQA. */
final class GoldenVqaAttention {

  static Stream<GoldenFolder> cases() throws IOException {
    return GoldenFolder.startingWith("vqa-attention");
  }

  /** Minus infinity for objects that are all zero, (batch, objects). */
  private static NDArray mask(NDArray objectsBTV) {
    int width = (int) objectsBTV.getShape().get(2);
    float[] values = objectsBTV.toFloatArray();
    float[] mask = new float[values.length / width];
    for (int object = 0; object < mask.length; object++) {
      boolean zero = true;
      for (int i = 0; i < width; i++) {
        zero &= values[object * width + i] == 0;
      }
      mask[object] = zero ? Float.NEGATIVE_INFINITY : 0;
    }
    Shape shape = objectsBTV.getShape();
    return objectsBTV.getManager().create(mask, new Shape(shape.get(0), shape.get(1)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outputsAndGradientsAgree(GoldenFolder folder) {
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile weights = folder.weights();
        SafetensorsFile values = folder.values();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      JsonNode config = folder.config();
      int tokenWidth = config.path("v_dim").asInt();
      int width = config.path("num_hid").asInt();
      int glimpses = config.path("glimpses").asInt();
      NDArray objects = values.read("in.objects", manager);
      NDArray question = values.read("in.question", manager);
      long length = question.getShape().get(1);
      int questionWidth = (int) question.getShape().get(2);
      NDArray maskBT = mask(objects);

      ParameterSet set = new ParameterSet();
      ParameterScope root = set.scope(ModelPart.FUSION);
      StackedAttention stacked =
          new StackedAttention(
              root.at("san"), config.path("num_stacks").asInt(), questionWidth, tokenWidth, width);
      var logits =
          new BilinearAttention.Logits(
              root.at("biatt.logits"), glimpses, questionWidth, tokenWidth, width);
      var pooling =
          new BilinearAttention.Pooling(root.at("bcnet"), questionWidth, tokenWidth, width);
      set.allocate(manager, 0);
      set.load(weights);

      try (Autograd recording = new Autograd()) {
        NDArray last = Ops.slice(question, 1, length - 1, length).squeeze(1);
        NDArray san = stacked.forward(objects, last, maskBT.expandDims(2));
        GoldenFolder.assertOutput(values, "out.san", san);
        NDArray maskB1TL = maskBT.expandDims(1).expandDims(3);
        NDArray weightsBGTL = logits.weights(objects, question, maskB1TL);
        GoldenFolder.assertOutput(values, "out.biatt", weightsBGTL);
        NDArray first = Ops.slice(weightsBGTL, 1, 0, 1).squeeze(1);
        NDArray pooled = pooling.forward(objects, question, first);
        GoldenFolder.assertOutput(values, "out.bcnet", pooled);
        NDArray loss = Ops.add(san.square().mean(), pooled.square().mean());
        GoldenFolder.assertLoss(values, "loss", loss.getFloat());
        recording.backward(loss);
      }
      assertThat(set.trained()).isNotEmpty();
      for (Parameter parameter : set.trained()) {
        GoldenFolder.assertGradient(
            values, "grad." + parameter.name(), Ops.gradient(parameter.array()));
      }
    }
  }
}
