package dev.xfolds.trainer.nn;

/** Whether a forward pass belongs to a training step. */
public sealed interface Mode {

  /** BatchNorm uses its running statistics, dropout passes everything. */
  record Evaluation() implements Mode {}

  /**
   * BatchNorm uses the batch's statistics and moves its running ones, dropout drops.
   *
   * @param seed of this step's dropout, and the only random state there is
   */
  record Training(long seed) implements Mode {}

  static Mode evaluation() {
    return new Evaluation();
  }

  default boolean isTraining() {
    return this instanceof Training;
  }
}
