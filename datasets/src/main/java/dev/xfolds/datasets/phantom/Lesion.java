package dev.xfolds.datasets.phantom;

/**
 * A bright disc: the pixels whose centre is nearer to (x, y) than the radius. No other lesion
 * touches it.
 *
 * @param x of the centre, in pixels from the left edge
 * @param y of the centre, in pixels from the upper edge
 * @param radius in pixels
 * @param box the pixels of the disc, exactly
 */
public record Lesion(
    Side side, LesionSize size, double x, double y, double radius, BoundingBox box) {

  /** Whether pixel (column, row) belongs to the disc. */
  public boolean covers(int column, int row) {
    double dx = column + 0.5 - x;
    double dy = row + 0.5 - y;
    return dx * dx + dy * dy < radius * radius;
  }
}
