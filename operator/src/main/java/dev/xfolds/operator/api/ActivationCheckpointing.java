package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the backward pass computes anew instead of finding it in memory. */
public enum ActivationCheckpointing {
  /** Nothing. */
  @JsonProperty("none")
  NONE,

  /** Transformer blocks: of each only the input is kept. */
  @JsonProperty("blocks")
  BLOCKS
}
