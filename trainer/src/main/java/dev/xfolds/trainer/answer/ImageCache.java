package dev.xfolds.trainer.answer;

import com.google.protobuf.ByteString;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The images of one stream: the first ones in memory, up to a number of bytes, the others in a
 * temporary file that is deleted at once after opening, so that nothing stays behind.
 */
final class ImageCache implements AutoCloseable {

  private sealed interface Place {
    record InMemory(ImageFile image) implements Place {}

    record OnDisk(String sha256, long offset, int length) implements Place {}
  }

  private final long memoryBytes;
  private final Map<ByteString, Place> places = new HashMap<>();
  private long usedBytes;
  private FileChannel file;

  ImageCache(long memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  boolean has(ByteString sha256) {
    return places.containsKey(sha256);
  }

  /**
   * Keeps an image.
   *
   * @throws TrainerException code 10 if the file cannot be written
   */
  void add(ByteString sha256, ByteString data) {
    String hex = HexFormat.of().formatHex(sha256.toByteArray());
    if (usedBytes + data.size() <= memoryBytes) {
      usedBytes += data.size();
      places.put(sha256, new Place.InMemory(new ImageFile(hex, data.toByteArray())));
    } else {
      places.put(sha256, new Place.OnDisk(hex, append(data), data.size()));
    }
  }

  /**
   * An image that was added.
   *
   * @throws TrainerException code 10 if the file cannot be read
   */
  ImageFile get(ByteString sha256) {
    return switch (places.get(sha256)) {
      case Place.InMemory(ImageFile image) -> image;
      case Place.OnDisk(String hex, long offset, int length) ->
          new ImageFile(hex, read(offset, length));
    };
  }

  private long append(ByteString data) {
    try {
      if (file == null) {
        file = open();
      }
      long offset = file.size();
      ByteBuffer rest = data.asReadOnlyByteBuffer();
      while (rest.hasRemaining()) {
        file.write(rest, offset + rest.position());
      }
      return offset;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private byte[] read(long offset, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try {
      while (bytes.hasRemaining()) {
        if (file.read(bytes, offset + bytes.position()) < 0) {
          throw new IOException("the file was cut");
        }
      }
      return bytes.array();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static FileChannel open() throws IOException {
    Path path = Files.createTempFile("xfolds-images", ".bin");
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }

  private static TrainerException failed(IOException e) {
    return TrainerException.retry(
        "images of an evaluation cannot be kept in %s: %s"
            .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
        e);
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw failed(e);
      }
    }
  }
}
