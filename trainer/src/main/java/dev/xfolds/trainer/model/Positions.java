package dev.xfolds.trainer.model;

import ai.djl.ndarray.NDArray;
import dev.xfolds.trainer.tensor.Ops;

/** Places in a sequence, and of the cells in an image. */
final class Positions {

  /** Values that say where a cell is: sine and cosine of four frequencies, along both axes. */
  static final int WIDTH = 16;

  private static final int FREQUENCIES = 4;

  private Positions() {}

  /**
   * The state at one position of each sample, with gradient.
   *
   * @param statesNW (batch x length, width)
   * @param positionsB one position per sample, from 0
   * @return (batch, width)
   */
  static NDArray select(NDArray statesNW, long[] positionsB) {
    long rows = statesNW.getShape().get(0);
    if (positionsB.length == 0 || rows % positionsB.length != 0) {
      throw new IllegalArgumentException(
          "there are " + positionsB.length + " positions for " + rows + " states");
    }
    long length = rows / positionsB.length;
    long[] indices = new long[positionsB.length];
    for (int b = 0; b < indices.length; b++) {
      if (positionsB[b] < 0 || positionsB[b] >= length) {
        throw new IllegalArgumentException(
            "position of sample %d must be 0 to %d, was %d"
                .formatted(b, length - 1, positionsB[b]));
      }
      indices[b] = b * length + positionsB[b];
    }
    return Ops.rows(Ops.indices(statesNW.getManager(), indices), statesNW);
  }

  /**
   * The code of each cell, row by row: sin(k pi x), cos(k pi x) for k = 1 to 4, and the same of y;
   * x and y are the cell's centre in 0..1, from the left and from the top.
   */
  static float[] grid(int side) {
    float[] code = new float[side * side * WIDTH];
    int at = 0;
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        for (double place : new double[] {(column + 0.5) / side, (row + 0.5) / side}) {
          for (int k = 1; k <= FREQUENCIES; k++) {
            code[at++] = (float) Math.sin(k * Math.PI * place);
            code[at++] = (float) Math.cos(k * Math.PI * place);
          }
        }
      }
    }
    return code;
  }
}
