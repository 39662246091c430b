package dev.xfolds.evaluator.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a question with several types, "PRES, POS", is grouped. */
public enum QuestionTypeRule {
  /** In a group of its own, named as annotated. */
  @JsonProperty("combined")
  COMBINED,

  /** In the group of each of its types. */
  @JsonProperty("each")
  EACH,

  /** No question types. */
  @JsonProperty("none")
  NONE
}
