package dev.xfolds.datasets.inspect;

import com.fasterxml.jackson.annotation.JsonValue;

/** Layouts that can be inspected. */
public enum InspectFormat {
  VQA_RAD("vqa-rad"),
  VQA_MED_2019("vqa-med-2019"),
  SLAKE("slake"),
  CAPTIONS_CSV("captions-csv"),
  CAPTIONS_JSONL("captions-jsonl"),
  /** A folder of images without annotations. */
  IMAGES("images");

  private final String label;

  InspectFormat(String label) {
    this.label = label;
  }

  /** The name on the command line, and in a TrainingRun where that knows the format. */
  @JsonValue
  public String label() {
    return label;
  }
}
