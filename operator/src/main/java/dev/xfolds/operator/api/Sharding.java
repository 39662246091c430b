package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What ranks of data-parallel training hold in parts (arXiv:1910.02054). */
public enum Sharding {
  /** Nothing: optimizer state and gradients are whole on every rank. */
  @JsonProperty("none")
  NONE,

  /** The state of the optimizer. */
  @JsonProperty("zero1")
  ZERO1,

  /** The state of the optimizer and the gradients. */
  @JsonProperty("zero2")
  ZERO2
}
