package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a layer does with a weight. */
public enum ParameterKind {
  /** Multiplied with an input: matrices, kernels, tables of embeddings. */
  @JsonProperty("matrices")
  MATRICES,
  /** Added. */
  @JsonProperty("biases")
  BIASES,
  /** Factors and addends of normalisations. */
  @JsonProperty("norms")
  NORMS,
  /** Single numbers that scale a tensor, such as logit_scale. */
  @JsonProperty("factors")
  FACTORS
}
