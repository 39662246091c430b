package dev.xfolds.datasets.phantom;

/** Field of view of the ultrasound images; coordinates as in {@link Anatomy}. */
final class Fan {

  private static final double APEX = -1.5;
  private static final double REACH = 2.44;
  private static final double SLOPE = 0.95;

  private Fan() {}

  static boolean shows(double x, double y) {
    double down = y - APEX;
    return Math.abs(x) < SLOPE * down && x * x + down * down < REACH * REACH;
  }

  /** Whether a disc lies in the fan as a whole. */
  static boolean holds(double x, double y, double radius) {
    double down = y - APEX;
    return (Math.abs(x) + radius) < SLOPE * (down - radius)
        && x * x + down * down < (REACH - radius) * (REACH - radius);
  }
}
