package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Writes safetensors, one tensor at a time, from libtorch's memory. */
public final class SafetensorsWriter {

  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /** Writes a new file; it is on the disk when somebody forces it. */
  public static void write(Path path, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(channel, tensors, metadata);
    }
  }

  /**
   * Writes the tensors in the map's order. Equal tensors and metadata give equal bytes.
   *
   * @throws IllegalArgumentException for a type other than float32, int64, int32 and uint8
   */
  public static void write(
      WritableByteChannel channel, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode root = new ObjectMapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject(SafetensorsHeader.METADATA);
      metadata.forEach(texts::put);
    }
    long offset = 0;
    for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
      NDArray array = tensor.getValue();
      SafetensorsType type = SafetensorsType.of(array.getDataType());
      ObjectNode entry = root.putObject(tensor.getKey());
      entry.put("dtype", type.name());
      var shape = entry.putArray("shape");
      for (long dimension : array.getShape().getShape()) {
        shape.add(dimension);
      }
      long end = offset + array.getShape().size() * type.bytes();
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(json);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    send(channel, header.flip());
    for (NDArray array : tensors.values()) {
      send(channel, array.toByteBuffer(true));
    }
  }

  private static void send(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
