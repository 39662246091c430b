package dev.xfolds.datasets.phantom;

import java.util.Locale;

/** Size of a lesion; all lesions of one image have the same. */
public enum LesionSize {
  /** 8.5 to 10 % of the image's side across: 5 to 6 pixels of 64. */
  SMALL(0.085, 0.1),
  /** 17 to 18.5 % of the image's side across: 11 to 12 pixels of 64. */
  LARGE(0.17, 0.185);

  private final double least;
  private final double most;

  LesionSize(double least, double most) {
    this.least = least;
    this.most = most;
  }

  /** Radius where half of the image's side is 1. */
  double radius(SplitMix random) {
    return random.between(least, most);
  }

  /** As captions and answers call it, lower case. */
  public String answer() {
    return name().toLowerCase(Locale.ROOT);
  }
}
