package dev.xfolds.trainer.parallel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Adds floats in native memory. */
final class FloatSum {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private FloatSum() {}

  /** Adds the first bytes of {@code summands} to those at an offset, float by float. */
  static void add(MemorySegment memory, long offset, MemorySegment summands, int bytes) {
    MemorySegment sums = memory.asSlice(offset, bytes);
    int count = bytes / Float.BYTES;
    for (int i = 0; i < count; i++) { // by int: vectorised
      long at = (long) Float.BYTES * i;
      sums.set(FLOAT, at, sums.get(FLOAT, at) + summands.get(FLOAT, at));
    }
  }
}
