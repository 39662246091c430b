package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a momentum is applied. */
public enum MomentumKind {
  /** The weight moves along the momentum. */
  @JsonProperty("classical")
  CLASSICAL,
  /** The weight moves along the gradient and the momentum ahead of it. */
  @JsonProperty("nesterov")
  NESTEROV
}
