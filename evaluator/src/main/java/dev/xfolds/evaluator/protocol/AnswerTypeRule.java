package dev.xfolds.evaluator.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What makes a question open or closed. */
public enum AnswerTypeRule {
  /** What the data set's authors annotated. */
  @JsonProperty("annotated")
  ANNOTATED,

  /** Closed if the true answer is "yes" or "no", else open. */
  @JsonProperty("yes-no")
  YES_NO,

  /** No answer types. */
  @JsonProperty("none")
  NONE
}
