package dev.xfolds.datasets.fingerprint;

import dev.xfolds.datasets.image.Pixels;

/**
 * The difference hash: the image in gray (ITU-R BT.601 luma) is averaged to 9 x 8 cells; each bit
 * says whether a cell is brighter than its left neighbour by more than {@link #MARGIN}. The margin
 * differs from the usual 0, because in the black border of most radiological images the sign of the
 * difference is encoding noise.
 */
final class DifferenceHash {

  private static final int COLUMNS = 9;
  private static final int ROWS = 8;

  /** Gray levels. */
  private static final double MARGIN = 0.5;

  private DifferenceHash() {}

  /** Bit 63 is the first pair of the first row. */
  static long of(Pixels pixels) {
    double[] cells = cells(pixels);
    long hash = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column + 1 < COLUMNS; column++) {
        int cell = row * COLUMNS + column;
        hash = (hash << 1) | (cells[cell + 1] - cells[cell] > MARGIN ? 1 : 0);
      }
    }
    return hash;
  }

  /** Averages over equal areas; pixels on a border count by their share. */
  private static double[] cells(Pixels pixels) {
    int width = pixels.width();
    int height = pixels.height();
    double[] cells = new double[ROWS * COLUMNS];
    double[] line = new double[COLUMNS];
    double[] gray = new double[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        gray[x] = luma(pixels, x, y);
      }
      average(gray, line);
      for (int row = (int) ((long) y * ROWS / height); row < ROWS; row++) {
        double share = overlap(y, (double) row * height / ROWS, (double) (row + 1) * height / ROWS);
        if (share <= 0) {
          break;
        }
        for (int column = 0; column < COLUMNS; column++) {
          cells[row * COLUMNS + column] += line[column] * share * ROWS / height;
        }
      }
    }
    return cells;
  }

  private static void average(double[] gray, double[] line) {
    int width = gray.length;
    for (int column = 0; column < line.length; column++) {
      double from = (double) column * width / line.length;
      double to = (double) (column + 1) * width / line.length;
      double sum = 0;
      for (int x = (int) from; x < width && x < to; x++) {
        sum += gray[x] * overlap(x, from, to);
      }
      line[column] = sum / (to - from);
    }
  }

  /**
   * Length of the part of pixel {@code at} (from {@code at} to {@code at + 1}) between two borders.
   */
  private static double overlap(int at, double from, double to) {
    return Math.min(at + 1.0, to) - Math.max(at, from);
  }

  private static double luma(Pixels pixels, int x, int y) {
    return pixels.channels() == 1
        ? pixels.sample(x, y, 0)
        : 0.299 * pixels.sample(x, y, 0)
            + 0.587 * pixels.sample(x, y, 1)
            + 0.114 * pixels.sample(x, y, 2);
  }
}
