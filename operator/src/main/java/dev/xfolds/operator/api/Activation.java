package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Non-linearity between two linear layers. */
public enum Activation {
  @JsonProperty("gelu")
  GELU,
  @JsonProperty("quick-gelu")
  QUICK_GELU
}
