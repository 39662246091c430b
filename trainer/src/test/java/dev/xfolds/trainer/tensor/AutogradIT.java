package dev.xfolds.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is computed once more in the backward pass, and what is not. */
final class AutogradIT {

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray weight = manager.create(new float[] {1, -2, 3, 4}, new Shape(2, 2));
  private final NDArray x = manager.create(new float[] {5, 6}, new Shape(1, 2));
  private int times;

  @BeforeAll
  static void recordNothing() {
    Autograd.recordNothing();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray square(NDArray array) {
    times++;
    return Ops.multiply(array, array);
  }

  /** Of the sum of squares of x weight^T. */
  private float[] gradient(boolean again) {
    weight.setRequiresGradient(true);
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      NDArray product = Ops.linear(x, weight, null);
      NDArray squares = again ? Autograd.recomputed(product, this::square) : square(product);
      recording.backward(squares.sum());
      return Ops.gradient(weight).toFloatArray();
    }
  }

  @Test
  void partIsComputedOnceMoreAndItsGradientIsTheSame() {
    float[] kept = gradient(false);
    assertThat(times).isEqualTo(1);
    assertThat(kept).containsExactly(-70, -84, 390, 468);
    weight.getGradient().set(new float[4]);
    assertThat(gradient(true)).isEqualTo(kept);
    assertThat(times).isEqualTo(3);
  }

  @Test
  void partOfWhatNobodyTrainsIsComputedOnce() {
    try (NDScope scope = new NDScope();
        Autograd _ = new Autograd()) {
      scope.suppressNotUsedWarning();
      Autograd.recomputed(x, this::square);
    }
    assertThat(times).isEqualTo(1);
  }

  @Test
  void partsInARowAreEachComputedOnceMore() {
    weight.setRequiresGradient(true);
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      NDArray made = Ops.linear(x, weight, null);
      for (int i = 0; i < 3; i++) {
        made = Autograd.recomputed(made, this::square);
      }
      recording.backward(made.sum());
    }
    assertThat(times).isEqualTo(6);
  }
}
