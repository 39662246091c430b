package dev.xfolds.datasets.read;

import dev.xfolds.datasets.ImageSource;
import java.util.Optional;

/** The image that a field names. */
final class ImageNames {

  private ImageNames() {}

  /** Empty if the name was refused, which the row then says. */
  static Optional<ImageSource> find(ImageFolder images, Row row, String field, String name) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(images.image(name));
    } catch (ImageFolder.UnsafeNameException e) {
      row.wrong(field, name, e.getMessage());
      return Optional.empty();
    }
  }
}
