package dev.xfolds.datasets.phantom;

import java.util.Locale;

/** Side of the image as the viewer sees it, not of the patient: so it exists in every plane. */
public enum Side {
  LEFT,
  RIGHT;

  /** As captions and answers call it, lower case. */
  public String answer() {
    return name().toLowerCase(Locale.ROOT);
  }
}
