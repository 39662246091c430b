package dev.xfolds.trainer.data;

import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Features of a frozen tower, one tensor per image: in memory if they fit, else in a mapped file
 * that is deleted at once after opening, so that nothing stays behind.
 */
public final class FeatureStore implements ImageTensors, AutoCloseable {

  private static final long ROOM_LEFT = 1L << 30;

  private final long[] shape;
  private final int size;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment values;

  /**
   * Makes room.
   *
   * @param shape of one image's features
   * @param memoryBytes how much may be held in memory; more goes to a file
   * @param file to be made and deleted for that, by nobody else
   * @throws TrainerException code 2 if the file would leave less than 1 GiB of an empty disk, 10 if
   *     of this one, which others may have filled
   */
  public FeatureStore(int images, long[] shape, long memoryBytes, Path file) {
    this.shape = shape.clone();
    this.size = ImageTensors.super.size();
    long bytes = Math.multiplyExact((long) images * size, (long) Float.BYTES);
    this.values = bytes <= memoryBytes ? arena.allocate(bytes, Float.BYTES) : map(bytes, file);
  }

  private MemorySegment map(long bytes, Path file) {
    Path folder = file.getParent();
    try {
      FileStore disk = Files.getFileStore(folder);
      if (bytes + ROOM_LEFT > disk.getTotalSpace()) {
        throw TrainerException.invalid(
            "features of the frozen image tower need %d bytes, %s has %d; take image out of spec.training.freeze, or use a larger spec.checkpoint.volume"
                .formatted(bytes, folder, disk.getTotalSpace()));
      }
      if (bytes + ROOM_LEFT > disk.getUsableSpace()) {
        throw TrainerException.retry(
            "features of the frozen image tower need %d bytes, %s has %d free: make room on spec.checkpoint.volume"
                .formatted(bytes, folder, disk.getUsableSpace()));
      }
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw TrainerException.retry("features cannot be kept in " + file + ": " + e.getMessage(), e);
    }
  }

  /** Keeps the features of consecutive images. */
  public void write(int firstImage, float[] features) {
    MemorySegment.copy(
        features,
        0,
        values,
        ValueLayout.JAVA_FLOAT,
        (long) firstImage * size * Float.BYTES,
        features.length);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void read(int image, float[] target, int offset) {
    MemorySegment.copy(
        values, ValueLayout.JAVA_FLOAT, (long) image * size * Float.BYTES, target, offset, size);
  }

  @Override
  public void close() {
    arena.close();
  }
}
