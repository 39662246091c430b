package dev.xfolds.datasets.phantom;

import java.util.Locale;

/** Part of the body, told by its organs; what questions of type {@code organ} ask for. */
public enum Region {
  HEAD,
  CHEST,
  ABDOMEN,
  PELVIS;

  /** As captions and answers call it, lower case. */
  public String answer() {
    return name().toLowerCase(Locale.ROOT);
  }
}
