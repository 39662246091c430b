package dev.xfolds.datasets.phantom;

import java.util.Locale;

/** Plane of a section; told by the outline of the body. */
public enum Plane {
  /** A lying ellipse. */
  AXIAL,
  /** A neck and broad shoulders that leave the image above and below. */
  CORONAL,
  /** A narrow, bent, standing trunk. */
  SAGITTAL;

  /** As captions and answers call it, lower case. */
  public String answer() {
    return name().toLowerCase(Locale.ROOT);
  }
}
