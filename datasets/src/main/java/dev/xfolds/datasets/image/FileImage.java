package dev.xfolds.datasets.image;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.UnreadableImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * An image in a file of its own. Nothing is read before {@link #bytes()}, and each call reads
 * again.
 *
 * @param name as the data set's annotations name it
 */
public record FileImage(String name, Path file) implements ImageSource {

  @Override
  public byte[] bytes() {
    if (Files.isDirectory(file)) {
      throw new UnreadableImageException(name, file + " is a folder, expected a JPEG or PNG file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(ImageDecoder.MAX_FILE_BYTES + 1);
      if (bytes.length > ImageDecoder.MAX_FILE_BYTES) {
        throw new UnreadableImageException(
            name,
            "%s has %,d bytes, expected at most %,d"
                .formatted(file, Files.size(file), ImageDecoder.MAX_FILE_BYTES));
      }
      if (bytes.length == 0) {
        throw new UnreadableImageException(name, file + " is empty, expected a JPEG or PNG file");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new UnreadableImageException(name, "no file " + file);
    } catch (IOException e) {
      throw new UnreadableImageException(name, "cannot read " + file + ": " + e);
    }
  }
}
