package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What to do at a loss or gradient that is not finite. */
public enum NonFinitePolicy {
  @JsonProperty("stop")
  STOP,
  @JsonProperty("skip-step")
  SKIP_STEP
}
