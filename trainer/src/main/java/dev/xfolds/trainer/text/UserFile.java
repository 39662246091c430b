package dev.xfolds.trainer.text;

import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A vocabulary on a volume, read whole. */
final class UserFile {

  /** CLIP's own, inflated, has 3 MiB. */
  static final int MAX_BYTES = 16 << 20;

  private UserFile() {}

  /**
   * Reads a file of 1 to {@link #MAX_BYTES} bytes.
   *
   * @param expected what the file should have been, for messages
   * @throws TrainerException code 2 if it is missing, unreadable, empty or larger; code 10 if
   *     reading fails
   */
  static byte[] read(Path file, String expected) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw TrainerException.invalid(
          "%s: must be %s, %s"
              .formatted(
                  file, expected, Files.exists(file) ? "is no readable file" : "is missing"));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = bounded(file.toString(), in);
      if (bytes.length == 0) {
        throw TrainerException.invalid("%s: must be %s, is empty".formatted(file, expected));
      }
      return bytes;
    } catch (IOException e) {
      throw TrainerException.retry(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** All bytes of a stream; of one that is too long, no more than needed to know it. */
  static byte[] bounded(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw TrainerException.invalid(
          "%s: must have at most %d bytes, has more".formatted(name, MAX_BYTES));
    }
    return bytes;
  }
}
