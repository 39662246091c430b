package dev.xfolds.datasets.read;

import dev.xfolds.datasets.image.EncodedImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder of small annotation files and images. */
public record DataFolder(Path path) {

  public Path file(String name, String... lines) {
    try {
      Path file = path.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, String.join("\n", lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path image(String name) {
    try {
      Path file = path.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.write(file, EncodedImages.png(EncodedImages.picture(8, 8, name.hashCode())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path images(String... names) {
    for (String name : names) {
      image("images/" + name);
    }
    return path.resolve("images");
  }
}
