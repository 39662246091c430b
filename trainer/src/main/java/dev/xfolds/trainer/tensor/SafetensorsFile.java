package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped into memory. Everything about its header is checked when it is opened,
 * so that a tensor that is named can be read. Format:
 * https://github.com/huggingface/safetensors#format
 */
public final class SafetensorsFile implements AutoCloseable {

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * One tensor of the file.
   *
   * @param begin of its bytes, from the start of the data
   */
  public record Entry(String name, SafetensorsType dtype, Shape shape, long begin, long bytes) {

    /** What it becomes in memory: half types are widened. */
    public DataType loadedAs() {
      return dtype.loadedAs();
    }
  }

  private final Path path;
  private final Arena arena;
  private final MemorySegment data;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, Arena arena, MemorySegment data, SafetensorsHeader header) {
    this.path = path;
    this.arena = arena;
    this.data = data;
    this.header = header;
  }

  /**
   * Maps the file and checks its header.
   *
   * @throws TensorException if it is no safetensors file, truncated, or its header contradicts
   *     itself
   */
  public static SafetensorsFile open(Path path) {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      SafetensorsHeader header = SafetensorsHeader.read(path, channel);
      MemorySegment data =
          channel.map(FileChannel.MapMode.READ_ONLY, header.dataStart(), header.dataBytes(), arena);
      return new SafetensorsFile(path, arena, data, header);
    } catch (IOException e) {
      arena.close();
      throw new TensorException(path + " cannot be read: " + e, e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /** Names in the order of the header. */
  public Set<String> names() {
    return header.entries().keySet();
  }

  /** The header's own texts. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  public boolean contains(String name) {
    return header.entries().containsKey(name);
  }

  /**
   * What the header says of a tensor.
   *
   * @throws TensorException if there is none of that name
   */
  public Entry entry(String name) {
    Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new TensorException(path + ": no tensor is named " + name);
    }
    return entry;
  }

  /** A new array with the tensor's values, owned by {@code manager}. */
  public NDArray read(String name, NDManager manager) {
    Entry entry = entry(name);
    return manager.create(buffer(name), entry.shape(), entry.loadedAs());
  }

  /**
   * The tensor's values as {@link Entry#loadedAs} says, in native order, in memory of their own.
   */
  public ByteBuffer buffer(String name) {
    Entry entry = entry(name);
    long size = entry.bytes() / entry.dtype().bytes() * entry.loadedAs().getNumOfBytes();
    if (size > Integer.MAX_VALUE) {
      throw new TensorException(
          path + ": " + name + " has " + size + " bytes, expected at most " + Integer.MAX_VALUE);
    }
    ByteBuffer out = ByteBuffer.allocateDirect((int) size).order(ByteOrder.nativeOrder());
    MemorySegment bytes = data.asSlice(entry.begin(), entry.bytes());
    switch (entry.dtype()) {
      case F32, I64, I32, U8 -> MemorySegment.ofBuffer(out).copyFrom(bytes);
      case F16 -> {
        for (long i = 0; i < entry.bytes(); i += 2) {
          out.putFloat(Float.float16ToFloat(bytes.get(SHORT, i)));
        }
        out.flip();
      }
      case BF16 -> {
        for (long i = 0; i < entry.bytes(); i += 2) {
          out.putFloat(Float.intBitsToFloat(bytes.get(SHORT, i) << 16));
        }
        out.flip();
      }
    }
    return out;
  }

  /**
   * Elements of a tensor as they are stored.
   *
   * @param name of a tensor that is {@link Entry#loadedAs} what it is stored as
   * @param from the first of them, in row-major order
   * @param values direct; is filled
   */
  public void copy(String name, long from, ByteBuffer values) {
    Entry entry = entry(name);
    MemorySegment out = MemorySegment.ofBuffer(values);
    out.copyFrom(data.asSlice(entry.begin() + from * entry.dtype().bytes(), out.byteSize()));
  }

  @Override
  public void close() {
    arena.close();
  }
}
