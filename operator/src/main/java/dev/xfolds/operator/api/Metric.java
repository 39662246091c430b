package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What validation compares checkpoints by. */
public enum Metric {
  @JsonProperty("loss")
  LOSS,
  @JsonProperty("accuracy")
  ACCURACY
}
