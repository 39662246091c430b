package dev.xfolds.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint's weights as far as training waits for them, and onto a disk; and the same bytes as
 * they are, forced to it like these.
 */
public final class DiskBench {

  private static final int TENSORS = 64;
  private static final int ELEMENTS = 1 << 20;
  private static final int BUFFER = 8 << 20;

  private DiskBench() {}

  /**
   * 256 MiB each time: as tensors, then raw; a new file each time, whose deletion counts.
   *
   * @param folder on the disk
   */
  public static List<Measurement> measure(Path folder, Repetition repetition) {
    long bytes = (long) TENSORS * ELEMENTS * Float.BYTES;
    Path file = folder.resolve("written");
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      for (int i = 0; i < TENSORS; i++) {
        tensors.put("tensor." + i, manager.ones(new Shape(ELEMENTS)));
      }
      return List.of(
          row("weights to page cache", bytes, file, repetition, () -> cached(file, tensors)),
          row("weights to disk", bytes, file, repetition, () -> forced(file, tensors)),
          row("raw bytes to disk", bytes, file, repetition, () -> raw(file, bytes)));
    }
  }

  private static Measurement row(
      String what, long bytes, Path file, Repetition repetition, Writing writing) {
    return new Measurement(what, "B", bytes, repetition.of(() -> fresh(file, writing)), 0, 0);
  }

  private interface Writing {
    void run() throws IOException;
  }

  private static void fresh(Path file, Writing writing) {
    try {
      Files.deleteIfExists(file);
      writing.run();
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written".formatted(file), e);
    }
  }

  private static void cached(Path file, Map<String, NDArray> tensors) throws IOException {
    SafetensorsWriter.write(file, tensors, Map.of());
  }

  private static void forced(Path file, Map<String, NDArray> tensors) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      SafetensorsWriter.write(channel, tensors, Map.of());
      channel.force(true);
    }
  }

  private static void raw(Path file, long bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long written = 0; written < bytes; written += channel.write(buffer)) {
        buffer.clear();
      }
      channel.force(true);
    }
  }
}
