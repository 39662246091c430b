package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.types.DataType;

/** Element types that xfolds reads. */
public enum SafetensorsType {
  F32(4, DataType.FLOAT32),
  F16(2, DataType.FLOAT32),
  BF16(2, DataType.FLOAT32),
  I64(8, DataType.INT64),
  I32(4, DataType.INT32),
  U8(1, DataType.UINT8);

  private final int bytes;
  private final DataType loadedAs;

  SafetensorsType(int bytes, DataType loadedAs) {
    this.bytes = bytes;
    this.loadedAs = loadedAs;
  }

  /** Of one element in the file. */
  public int bytes() {
    return bytes;
  }

  /** The type in memory; half types are widened to float32. */
  public DataType loadedAs() {
    return loadedAs;
  }

  /**
   * The type in which an array is written.
   *
   * @throws IllegalArgumentException for a type that is not written
   */
  public static SafetensorsType of(DataType type) {
    for (SafetensorsType candidate : new SafetensorsType[] {F32, I64, I32, U8}) {
      if (candidate.loadedAs == type) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("tensors of " + type + " are not written to safetensors");
  }
}
