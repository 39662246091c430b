package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Course of the learning rate after the warm-up. */
public enum ScheduleKind {
  @JsonProperty("constant")
  CONSTANT,
  @JsonProperty("linear")
  LINEAR,
  @JsonProperty("cosine")
  COSINE
}
