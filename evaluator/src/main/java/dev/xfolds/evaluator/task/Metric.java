package dev.xfolds.evaluator.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a task counts: each question is right or wrong, and the metric is the share of right ones.
 */
public enum Metric {
  /** Exact match after the protocol's normalisation. */
  @JsonProperty("accuracy")
  ACCURACY("accuracy"),

  /** The model's first choice is the right one. */
  @JsonProperty("recall@1")
  RECALL_AT_1("recall@1");

  private final String label;

  Metric(String label) {
    this.label = label;
  }

  /** Name in reports. */
  public String label() {
    return label;
  }
}
