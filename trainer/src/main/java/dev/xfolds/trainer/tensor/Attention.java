package dev.xfolds.trainer.tensor;

/** How attention is computed; the result is the same but for rounding. */
public enum Attention {
  /** By one kernel that never holds all scores: memory grows with the length, not its square. */
  FUSED,
  /** By matrix products and a softmax, as the formula reads. */
  MATH
}
