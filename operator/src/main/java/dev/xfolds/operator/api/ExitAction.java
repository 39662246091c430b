package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What follows an exit code. */
public enum ExitAction {
  @JsonProperty("retry")
  RETRY,
  @JsonProperty("fail")
  FAIL
}
