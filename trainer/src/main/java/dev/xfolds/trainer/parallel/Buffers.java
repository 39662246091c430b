package dev.xfolds.trainer.parallel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Checks what an operation is given, and takes its memory. */
final class Buffers {

  private Buffers() {}

  /**
   * The memory from position to limit.
   *
   * @throws IllegalArgumentException unless direct, writable and in native order
   */
  static MemorySegment of(FloatBuffer values) {
    require(values.isDirect(), "direct");
    require(!values.isReadOnly(), "writable");
    require(values.order() == ByteOrder.nativeOrder(), "in native order");
    return MemorySegment.ofBuffer(values);
  }

  /**
   * The memory from position to limit; bytes have no order.
   *
   * @throws IllegalArgumentException unless direct and writable
   */
  static MemorySegment of(ByteBuffer bytes) {
    require(bytes.isDirect(), "direct");
    require(!bytes.isReadOnly(), "writable");
    return MemorySegment.ofBuffer(bytes);
  }

  static void requireRank(int root, int size) {
    if (root < 0 || root >= size) {
      throw new IllegalArgumentException("root must be 0 to %d, was %d".formatted(size - 1, root));
    }
  }

  private static void require(boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("buffer must be " + expected);
    }
  }
}
