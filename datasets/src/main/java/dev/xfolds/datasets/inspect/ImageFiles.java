package dev.xfolds.datasets.inspect;

import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.image.FileImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Files anywhere below a folder whose suffix says that they are images; symbolic links to folders
 * are not followed.
 */
final class ImageFiles {

  private ImageFiles() {}

  /** Named by their path below the folder, sorted. */
  static List<ImageSource> in(Path folder) {
    try (var files = Files.walk(folder)) {
      return files
          .filter(ImageFiles::isImage)
          .sorted()
          .<ImageSource>map(file -> new FileImage(folder.relativize(file).toString(), file))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DataException("cannot read folder %s: %s".formatted(folder, e), e);
    }
  }

  static boolean any(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.anyMatch(ImageFiles::isImage);
    } catch (IOException | UncheckedIOException e) {
      throw new DataException("cannot read folder %s: %s".formatted(folder, e), e);
    }
  }

  private static boolean isImage(Path file) {
    return Files.isRegularFile(file)
        && String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).matches(".*\\.(jpe?g|png)");
  }
}
