package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Texts of a batch, padded with 0 to the longest.
 *
 * @param ids row after row
 * @param lengths of each text before padding
 */
@SuppressWarnings("ArrayRecordComponent") // lives as long as a step, never compared
record TokenBatch(long[] ids, int[] lengths, int length) {

  static TokenBatch of(int[][] rows) {
    int length = 1;
    for (int[] row : rows) {
      length = Math.max(length, row.length);
    }
    long[] ids = new long[rows.length * length];
    int[] lengths = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      lengths[i] = rows[i].length;
      for (int j = 0; j < rows[i].length; j++) {
        ids[i * length + j] = rows[i][j];
      }
    }
    return new TokenBatch(ids, lengths, length);
  }

  /** (texts, length), int64. */
  NDArray array(NDManager manager) {
    return manager.create(ids, new Shape(lengths.length, length));
  }

  /** Position of each text's last token. */
  long[] ends() {
    long[] ends = new long[lengths.length];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = lengths[i] - 1L;
    }
    return ends;
  }
}
