package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How attention is computed; the result is the same but for rounding. */
public enum Attention {
  /** By one kernel that never holds all scores. */
  @JsonProperty("fused")
  FUSED,
  /** By matrix products and a softmax. */
  @JsonProperty("math")
  MATH
}
