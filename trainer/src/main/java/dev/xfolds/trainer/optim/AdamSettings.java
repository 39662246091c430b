package dev.xfolds.trainer.optim;

/**
 * What Adam is told beside the learning rate.
 *
 * @param decoupled true: AdamW (arXiv:1711.05101), the weight shrinks by rate x decay; false: Adam,
 *     decay x weight is added to the gradient
 */
public record AdamSettings(
    double beta1, double beta2, double epsilon, double weightDecay, boolean decoupled) {

  public AdamSettings {
    if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "betas of Adam must be at least 0 and below 1, were " + beta1 + " and " + beta2);
    }
    if (!(epsilon >= 0) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "epsilon and weight decay of Adam must be at least 0, were %s and %s"
              .formatted(epsilon, weightDecay));
    }
  }
}
