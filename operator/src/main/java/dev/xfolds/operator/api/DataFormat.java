package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How data files are laid out. */
public enum DataFormat {
  @JsonProperty("vqa-rad")
  VQA_RAD,
  @JsonProperty("vqa-med-2019")
  VQA_MED_2019,
  @JsonProperty("slake")
  SLAKE,
  @JsonProperty("captions-csv")
  CAPTIONS_CSV,
  @JsonProperty("captions-jsonl")
  CAPTIONS_JSONL,
  @JsonProperty("phantom-captions")
  PHANTOM_CAPTIONS,
  @JsonProperty("phantom-vqa")
  PHANTOM_VQA
}
