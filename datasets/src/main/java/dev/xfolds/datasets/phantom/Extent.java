package dev.xfolds.datasets.phantom;

import java.util.Optional;

/** The smallest box around the pixels that were added. */
final class Extent {

  private int left = Integer.MAX_VALUE;
  private int top = Integer.MAX_VALUE;
  private int right = -1;
  private int bottom = -1;

  void add(int column, int row) {
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  }

  /** Empty if no pixel was added. */
  Optional<BoundingBox> box() {
    return right < 0
        ? Optional.empty()
        : Optional.of(new BoundingBox(left, top, right - left + 1, bottom - top + 1));
  }
}
