package dev.xfolds.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Attention;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** With 8 bits of a number's 24 a model computes nearly the same, and its gradients are float32. */
final class Bfloat16Test {

  private static final int BATCH = 4;
  private static final long[] ENDS = {5, 2, 3, 4};

  @BeforeAll
  static void useOneThread() {
    Ops.setThreads(1);
    Autograd.recordNothing();
  }

  static Stream<Arguments> towers() {
    return Stream.of(Plans.tinyVit(), Plans.tinyResnet())
        .flatMap(image -> Stream.of(Attention.values()).map(kind -> Arguments.of(image, kind)));
  }

  private record Step(float loss, Map<String, float[]> gradients) {}

  private static Step step(ImageTowerPlan image, Arithmetic arithmetic) {
    try (NDManager manager = NDManager.newBaseManager()) {
      ClipModel model = ClipModel.create(Plans.tinyClip(image), arithmetic, manager, 1);
      Shape shape = new Shape(BATCH, 3, 16, 16);
      NDArray images =
          manager.create(new Initializer.Normal(1).values(5, "images", shape.size()), shape);
      long[] ids = new long[BATCH * 6];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (i * 7L + i / 6) % 19;
      }
      model.parameters().zeroGradients();
      Map<String, float[]> gradients = new LinkedHashMap<>();
      try (NDScope scope = new NDScope();
          Autograd recording = new Autograd()) {
        scope.suppressNotUsedWarning();
        NDArray loss =
            model.loss(
                images, manager.create(ids, new Shape(BATCH, 6)), ENDS, new Mode.Training(1));
        assertThat(loss.getDataType()).isEqualTo(DataType.FLOAT32);
        recording.backward(loss);
        for (Parameter parameter : model.parameters().trained()) {
          NDArray gradient = Ops.gradient(parameter.array());
          assertThat(gradient.getDataType()).isEqualTo(DataType.FLOAT32);
          gradients.put(parameter.name(), gradient.toFloatArray());
        }
        return new Step(loss.getFloat(), gradients);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("towers")
  void lossAndGradientsAreThoseOfFloat32ButForRounding(ImageTowerPlan image, Attention attention) {
    Step full = step(image, new Arithmetic(attention, Precision.FP32));
    Step half = step(image, new Arithmetic(attention, Precision.BF16));
    assertThat(half.loss()).isCloseTo(full.loss(), within(0.02f * full.loss()));
    assertThat(half.loss()).isNotEqualTo(full.loss());
    double product = 0;
    double ofFull = 0;
    double ofHalf = 0;
    for (Map.Entry<String, float[]> gradient : full.gradients().entrySet()) {
      float[] other = half.gradients().get(gradient.getKey());
      for (int i = 0; i < other.length; i++) {
        product += gradient.getValue()[i] * other[i];
        ofFull += gradient.getValue()[i] * gradient.getValue()[i];
        ofHalf += other[i] * other[i];
      }
    }
    assertThat(product / Math.sqrt(ofFull * ofHalf))
        .as("cosine of all gradients")
        .isGreaterThan(0.99);
    assertThat(Math.sqrt(ofHalf / ofFull)).isCloseTo(1, within(0.03));
  }
}
