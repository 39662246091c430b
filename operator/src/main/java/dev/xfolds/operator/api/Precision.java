package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Number format of the matrix products. */
public enum Precision {
  @JsonProperty("fp32")
  FP32,
  @JsonProperty("tf32")
  TF32,
  @JsonProperty("bf16")
  BF16
}
