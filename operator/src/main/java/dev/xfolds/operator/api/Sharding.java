package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What ranks of data-parallel training hold in parts. */
public enum Sharding {
  /** Nothing: optimizer state and gradients are whole on every rank. */
  @JsonProperty("none")
  NONE
}
