package dev.xfolds.trainer.train;

/**
 * What a model did on samples that it is not trained on.
 *
 * @param lossSum over the samples that have a loss
 * @param losses how many have one
 * @param right how many were answered rightly
 * @param answered of how many
 */
record Measured(double lossSum, long losses, long right, long answered) {

  static final Measured NOTHING = new Measured(0, 0, 0, 0);

  Measured plus(Measured other) {
    return new Measured(
        lossSum + other.lossSum,
        losses + other.losses,
        right + other.right,
        answered + other.answered);
  }

  /** NaN if no sample has a loss. */
  double loss() {
    return lossSum / losses;
  }

  /** NaN if no sample was asked. */
  double accuracy() {
    return (double) right / answered;
  }
}
