package dev.xfolds.trainer.nn;

import dev.xfolds.contract.v1.Activation;

/**
 * Sizes of a stack of pre-norm blocks.
 *
 * @param epsilon of every layer norm
 */
public record TransformerSizes(
    int width, int layers, int heads, int mlpWidth, Activation activation, double epsilon) {

  public TransformerSizes {
    if (width <= 0 || layers < 0 || heads <= 0 || mlpWidth <= 0) {
      throw new IllegalArgumentException(
          "width, heads and MLP width of a transformer must be positive, were %d, %d and %d (%d layers)"
              .formatted(width, heads, mlpWidth, layers));
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "width of a transformer must be a multiple of heads (" + heads + "), was " + width);
    }
  }

  /** Standard deviation of what opens a residual branch; source: OpenAI's CLIP. */
  double attentionDeviation() {
    return Math.pow(width, -0.5);
  }

  /** Of what closes a residual branch: smaller with depth. */
  double projectionDeviation() {
    return Math.pow(width, -0.5) * Math.pow(2.0 * Math.max(layers, 1), -0.5);
  }

  double mlpDeviation() {
    return Math.pow(2.0 * width, -0.5);
  }
}
