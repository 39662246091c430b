package dev.xfolds.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Gradients against the slope of the loss itself. */
final class FiniteDifferenceTest {

  private static final float STEP = 1e-3f;

  private static NDArray input(NDManager manager, String name, long... shape) {
    Shape size = new Shape(shape);
    return manager.create(new Initializer.Normal(1).values(3, name, size.size()), size);
  }

  /** Compares the slope along each parameter's own gradient. */
  private static void check(
      NDManager manager, ParameterSet set, Function<NDManager, Supplier<NDArray>> layer) {
    set.allocate(manager, 1);
    Supplier<NDArray> forward = layer.apply(manager);
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      recording.backward(loss(forward));
    }
    assertThat(set.trained()).isNotEmpty();
    for (Parameter parameter : set.trained()) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray gradient = Ops.gradient(parameter.array());
        float norm = gradient.norm().getFloat();
        if (norm > 1e-4) {
          NDArray direction = gradient.div(norm / STEP);
          Ops.addInPlace(parameter.array(), direction);
          double above = loss(forward).getFloat();
          Ops.subtractInPlace(parameter.array(), direction);
          Ops.subtractInPlace(parameter.array(), direction);
          double below = loss(forward).getFloat();
          Ops.addInPlace(parameter.array(), direction);
          assertThat((above - below) / (2 * STEP))
              .as(parameter.name())
              .isCloseTo(norm, within(2e-3 + 0.02 * norm));
        }
      }
    }
  }

  private static NDArray loss(Supplier<NDArray> forward) {
    return forward.get().square().mean();
  }

  @Test
  void gru() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = new ParameterSet();
      Gru gru = new Gru(set.scope(ModelPart.QUESTION_ENCODER), 4, 5);
      check(
          manager,
          set,
          m -> {
            NDArray x = input(m, "x", 3, 6, 4);
            assertThat(gru.forward(x).getShape()).isEqualTo(new Shape(3, 6, 5));
            return () -> gru.forward(x);
          });
    }
  }

  @Test
  void stackedAttention() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = new ParameterSet();
      var attention = new StackedAttention(set.scope(ModelPart.FUSION), 3, 5, 7, 6);
      check(
          manager,
          set,
          m -> {
            NDArray tokens = input(m, "tokens", 3, 4, 7);
            NDArray question = input(m, "question", 3, 5);
            assertThat(attention.forward(tokens, question, null).getShape())
                .isEqualTo(new Shape(3, 6));
            return () -> attention.forward(tokens, question, null);
          });
    }
  }

  @Test
  void bilinearAttention() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = new ParameterSet();
      var attention = new BilinearAttention(set.scope(ModelPart.FUSION), 2, 5, 7, 6);
      check(
          manager,
          set,
          m -> {
            NDArray tokens = input(m, "tokens", 3, 4, 7);
            NDArray question = input(m, "question", 3, 2, 5);
            assertThat(attention.forward(tokens, question, null, null).getShape())
                .isEqualTo(new Shape(3, 5));
            return () -> attention.forward(tokens, question, null, null);
          });
    }
  }

  @Test
  void classifier() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = new ParameterSet();
      var classifier = new Classifier(set.scope(ModelPart.CLASSIFIER), 5, 8, 3, 0.5);
      check(
          manager,
          set,
          m -> {
            NDArray x = input(m, "x", 4, 5);
            return () -> classifier.forward(x, new Mode.Training(9));
          });
    }
  }

  @Test
  void dropoutDependsOnItsSeedAlone() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = new ParameterSet();
      var classifier = new Classifier(set.scope(ModelPart.CLASSIFIER), 5, 32, 3, 0.5);
      set.allocate(manager, 1);
      NDArray x = input(manager, "x", 4, 5);
      float[] first = classifier.forward(x, new Mode.Training(1)).toFloatArray();
      assertThat(classifier.forward(x, new Mode.Training(1)).toFloatArray()).isEqualTo(first);
      assertThat(classifier.forward(x, new Mode.Training(2)).toFloatArray()).isNotEqualTo(first);
      assertThat(classifier.forward(x, Mode.evaluation()).toFloatArray()).isNotEqualTo(first);
    }
  }
}
