package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.trainer.tensor.SafetensorsFile.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The first part of a safetensors file: an unsigned 64-bit length, and that many bytes of JSON.
 *
 * @param dataStart offset of the data in the file
 * @param dataBytes length of the data, to the end of the file
 */
record SafetensorsHeader(
    Map<String, Entry> entries, Map<String, String> metadata, long dataStart, long dataBytes) {

  /** A longer header is refused before it is read. */
  static final long MAX_BYTES = 100_000_000;

  static final String METADATA = "__metadata__";

  private static final int LENGTH_BYTES = 8;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  static SafetensorsHeader read(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new TensorException(
          path + ": not a safetensors file: " + size + " bytes, expected at least 8");
    }
    long length = fill(path, channel, LENGTH_BYTES, 0).getLong();
    if (length < 0 || length > MAX_BYTES) {
      throw new TensorException(
          path
              + ": header length is "
              + Long.toUnsignedString(length)
              + " bytes, expected at most "
              + MAX_BYTES
              + "; it is damaged or not a safetensors file");
    }
    if (length > size - LENGTH_BYTES) {
      throw new TensorException(
          path
              + ": header length is "
              + length
              + " bytes, but the file ends after "
              + (size - LENGTH_BYTES)
              + "; it is truncated");
    }
    byte[] header = fill(path, channel, (int) length, LENGTH_BYTES).array();
    JsonNode root;
    try {
      root = JSON.readTree(new String(header, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new TensorException(path + ": header is not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw new TensorException(
          path + ": header is " + root.getNodeType() + ", expected an object");
    }
    long dataBytes = size - LENGTH_BYTES - length;
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        field.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        entries.put(field.getKey(), entry(path, field.getKey(), field.getValue(), dataBytes));
      }
    }
    checkCoverage(path, entries, dataBytes);
    return new SafetensorsHeader(
        Collections.unmodifiableMap(entries),
        Collections.unmodifiableMap(metadata),
        LENGTH_BYTES + length,
        dataBytes);
  }

  private static ByteBuffer fill(Path path, FileChannel channel, int bytes, long position)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      int n = channel.read(buffer, position + buffer.position());
      if (n < 0) {
        throw new TensorException(path + ": truncated while it was read");
      }
    }
    return buffer.flip();
  }

  private static Entry entry(Path path, String name, JsonNode node, long dataBytes) {
    String where = path + ": tensor " + name + ": ";
    String dtype = node.path("dtype").asText();
    SafetensorsType type = null;
    for (SafetensorsType candidate : SafetensorsType.values()) {
      if (candidate.name().equals(dtype)) {
        type = candidate;
      }
    }
    if (type == null) {
      throw new TensorException(
          where + "dtype is '" + dtype + "', expected one of F32, F16, BF16, I64, I32, U8");
    }
    long[] shape = longs(where + "shape", node.path("shape"));
    long elements = 1;
    try {
      for (long dimension : shape) {
        elements = Math.multiplyExact(elements, dimension);
      }
      elements = Math.multiplyExact(elements, (long) type.bytes());
    } catch (ArithmeticException e) {
      throw new TensorException(where + "shape " + node.path("shape") + " is too large", e);
    }
    long[] offsets = longs(where + "data_offsets", node.path("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new TensorException(
          where + "data_offsets is " + node.path("data_offsets") + ", expected [begin, end]");
    }
    if (offsets[1] > dataBytes) {
      throw new TensorException(
          where
              + "data_offsets end at "
              + offsets[1]
              + ", but the file holds "
              + dataBytes
              + " bytes of data; it is truncated");
    }
    if (offsets[1] - offsets[0] != elements) {
      throw new TensorException(
          where
              + "data_offsets hold "
              + (offsets[1] - offsets[0])
              + " bytes, expected "
              + elements
              + " for "
              + dtype
              + " of shape "
              + node.path("shape"));
    }
    return new Entry(name, type, new Shape(shape), offsets[0], elements);
  }

  private static long[] longs(String where, JsonNode node) {
    if (!node.isArray()) {
      throw new TensorException(where + " is " + node + ", expected a list of numbers");
    }
    long[] values = new long[node.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode element = node.get(i);
      if (!element.canConvertToLong() || !element.isIntegralNumber() || element.asLong() < 0) {
        throw new TensorException(where + " is " + node + ", expected numbers of at least 0");
      }
      values[i] = element.asLong();
    }
    return values;
  }

  private static void checkCoverage(Path path, Map<String, Entry> entries, long dataBytes) {
    List<Entry> ordered = new ArrayList<>(entries.values());
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::bytes));
    long end = 0;
    String before = "the header";
    for (Entry entry : ordered) {
      if (entry.begin() != end) {
        throw new TensorException(
            path
                + ": tensor "
                + entry.name()
                + " begins at "
                + entry.begin()
                + (entry.begin() < end ? ", inside of " : ", not right behind ")
                + before
                + ", which ends at "
                + end);
      }
      end = entry.begin() + entry.bytes();
      before = entry.name();
    }
    if (end != dataBytes) {
      throw new TensorException(
          path + ": " + dataBytes + " bytes of data, expected " + end + " by the header");
    }
  }
}
