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
    for (long i = 0; i < bytes; i += Float.BYTES) {
      sums.set(FLOAT, i, sums.get(FLOAT, i) + summands.get(FLOAT, i));
    }
  }
}
