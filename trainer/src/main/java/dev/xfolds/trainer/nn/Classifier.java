package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.ParameterScope;
import java.util.Random;

/**
 * Two weight-normed layers with ReLU and dropout between them. Parameters: main.0.*, main.3.*, as
 * MICCAI19-MedVQA's SimpleClassifier.
 */
public final class Classifier {

  private final WeightNormLinear hidden;
  private final WeightNormLinear output;
  private final double dropout;
  private final String name;

  /**
   * Declares both layers.
   *
   * @param dropout share of the hidden values that a training step zeroes
   */
  public Classifier(ParameterScope scope, int in, int width, int answers, double dropout) {
    hidden = new WeightNormLinear(scope.at("main.0"), in, width);
    output = new WeightNormLinear(scope.at("main.3"), width, answers);
    this.dropout = dropout;
    this.name = scope.prefix();
  }

  /**
   * Scores each answer.
   *
   * @param xBF (batch, in)
   * @return logits, (batch, answers)
   */
  public NDArray forward(NDArray xBF, Mode mode) {
    NDArray x = Ops.relu(hidden.forward(xBF));
    if (mode instanceof Mode.Training(long seed) && dropout > 0) {
      x = Ops.multiply(x, kept(x, seed));
    }
    return output.forward(x);
  }

  /** Drawn here and not by libtorch, so that it depends on the seed alone. */
  private NDArray kept(NDArray x, long seed) {
    Random random = new Random(Initializer.mix(seed, name));
    float[] factors = new float[Math.toIntExact(x.size())];
    float kept = (float) (1 / (1 - dropout));
    for (int i = 0; i < factors.length; i++) {
      factors[i] = random.nextDouble() < dropout ? 0 : kept;
    }
    return x.getManager().create(factors, x.getShape());
  }

  public void count(Products products) {
    hidden.count(products, 1);
    output.count(products, 1);
  }
}
