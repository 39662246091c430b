package dev.xfolds.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.Activation;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Attention;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both ways to compute attention give the same output and the same gradients. */
final class SelfAttentionIT {

  private static final TransformerSizes SIZES =
      new TransformerSizes(24, 1, 3, 48, Activation.GELU, LayerNorm.EPSILON);

  /** Output, and the gradients of the sum of its squares. */
  private static List<float[]> computed(
      Attention attention, TransformerNames names, int length, boolean causal) {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = new ParameterSet(new Arithmetic(attention, Precision.FP32));
      SelfAttention layer =
          new SelfAttention(set.scope(ModelPart.TEXT_TOWER).at("a"), SIZES, names);
      set.allocate(manager, 1);
      manager.getEngine().setRandomSeed(7);
      NDArray x = manager.randomNormal(0, 1, new Shape(2, length, 24), DataType.FLOAT32);
      NDArray mask = causal ? mask(manager, length) : null;
      List<float[]> found = new ArrayList<>();
      set.zeroGradients();
      try (NDScope scope = new NDScope();
          Autograd recording = new Autograd()) {
        scope.suppressNotUsedWarning();
        NDArray y = layer.forward(x, mask);
        found.add(y.toFloatArray());
        recording.backward(y.square().sum());
        for (Parameter parameter : set.trained()) {
          found.add(Ops.gradient(parameter.array()).toFloatArray());
        }
      }
      return found;
    }
  }

  private static NDArray mask(NDManager manager, int length) {
    float[] values = new float[length * length];
    for (int row = 0; row < length; row++) {
      for (int column = row + 1; column < length; column++) {
        values[row * length + column] = Float.NEGATIVE_INFINITY;
      }
    }
    return manager.create(values, new Shape(length, length));
  }

  @ParameterizedTest
  @CsvSource({
    "TRANSFORMERS, 1, false",
    "TRANSFORMERS, 7, true",
    "OPEN_CLIP, 50, false",
    "OPEN_CLIP, 77, true",
    "OPEN_CLIP, 600, true"
  })
  void fusedEqualsTheFormula(TransformerNames names, int length, boolean causal) {
    List<float[]> fused = computed(Attention.FUSED, names, length, causal);
    List<float[]> formula = computed(Attention.MATH, names, length, causal);
    assertThat(fused.getFirst()).containsExactly(formula.getFirst(), within(1e-5f));
    float scale = 0; // of all gradients: some, as the keys' bias's, are 0 but for rounding
    for (float[] gradient : formula.subList(1, formula.size())) {
      for (float value : gradient) {
        scale = Math.max(scale, Math.abs(value));
      }
    }
    for (int i = 1; i < formula.size(); i++) {
      assertThat(fused.get(i)).containsExactly(formula.get(i), within(1e-5f * scale));
    }
  }
}
