package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A part of a model that can be taken from another run, or frozen. */
public enum ModelPart {
  @JsonProperty("image")
  IMAGE,
  @JsonProperty("text")
  TEXT,
  @JsonProperty("question")
  QUESTION,
  @JsonProperty("fusion")
  FUSION,
  @JsonProperty("classifier")
  CLASSIFIER
}
