package dev.xfolds.datasets.phantom;

/**
 * Pixels from (x, y), the upper left one, to (x + width - 1, y + height - 1); within the image.
 *
 * @param width at least 1
 * @param height at least 1
 */
public record BoundingBox(int x, int y, int width, int height) {

  public BoundingBox {
    if (x < 0 || y < 0 || width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "a box must start at 0 or later and hold a pixel, was %d,%d %dx%d"
              .formatted(x, y, width, height));
    }
  }

  /** Whether both cover a common pixel. */
  public boolean overlaps(BoundingBox other) {
    return x < other.x + other.width
        && other.x < x + width
        && y < other.y + other.height
        && other.y < y + height;
  }
}
