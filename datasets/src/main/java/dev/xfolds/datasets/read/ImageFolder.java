package dev.xfolds.datasets.read;

import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.datasets.image.FileImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the files behind image names. A name must stay inside the folder, also when the file is a
 * symbolic link: the folder itself may be one (a mount is), a link from inside it to the outside is
 * refused.
 */
final class ImageFolder {

  private static final List<String> SUFFIXES =
      List.of("", ".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG");
  private static final int SHOWN = 5;

  private final Optional<Path> root;
  private final Map<String, ImageSource> found = new HashMap<>();
  private final List<String> missing = new ArrayList<>();

  private ImageFolder(Optional<Path> root) {
    this.root = root;
  }

  /**
   * The folder, or none.
   *
   * @throws DataException if the folder is missing, empty or not a folder
   */
  static ImageFolder of(Optional<Path> folder) {
    folder.ifPresent(
        path -> {
          if (!Files.isDirectory(path)) {
            throw new DataException(
                Files.exists(path)
                    ? path + " is a file, expected the folder of images"
                    : "there is no folder " + path + ", expected the folder of images");
          }
          try (var entries = Files.list(path)) {
            if (entries.findAny().isEmpty()) {
              throw new DataException("folder " + path + " is empty, expected images");
            }
          } catch (IOException | UncheckedIOException e) {
            throw new DataException("cannot read folder %s: %s".formatted(path, e), e);
          }
        });
    return new ImageFolder(folder.map(ImageFolder::real));
  }

  /** An image that has no file fails when it is read, see {@link #noteMissing}. */
  ImageSource image(String name) throws UnsafeNameException {
    ImageSource known = found.get(name);
    if (known != null) {
      return known;
    }
    ImageSource source = find(name);
    found.put(name, source);
    return source;
  }

  /** A name that leads out of the folder; the message says what was expected. */
  static final class UnsafeNameException extends Exception {
    UnsafeNameException(String expected) {
      super(expected);
    }
  }

  /** Says which images have no file. */
  void noteMissing(RowProblems rows) {
    if (missing.isEmpty()) {
      return;
    }
    rows.note(
        root.isEmpty()
            ? "no folder of images was given: none of %,d images can be read"
                .formatted(missing.size())
            : "%,d of %,d images have no file in %s: %s%s"
                .formatted(
                    missing.size(),
                    found.size(),
                    root.get(),
                    String.join(", ", missing.subList(0, Math.min(SHOWN, missing.size()))),
                    missing.size() > SHOWN ? ", ..." : ""));
  }

  private ImageSource find(String name) throws UnsafeNameException {
    if (root.isEmpty()) {
      missing.add(name);
      return new AbsentImage(name, "no folder of images was given");
    }
    Path plain = inside(root.get(), name);
    for (String suffix : SUFFIXES) {
      Path candidate = plain.resolveSibling(plain.getFileName() + suffix);
      if (Files.isRegularFile(candidate)) {
        if (!real(candidate).startsWith(root.get())) {
          throw new UnsafeNameException(
              "a file inside %s, not a link that leads out of it".formatted(root.get()));
        }
        return new FileImage(name, candidate);
      }
    }
    missing.add(name);
    return new AbsentImage(name, "no file " + plain);
  }

  private static Path inside(Path root, String name) throws UnsafeNameException {
    try {
      Path relative = Path.of(name);
      Path resolved = root.resolve(relative).normalize();
      if (relative.isAbsolute() || !resolved.startsWith(root) || resolved.equals(root)) {
        throw new UnsafeNameException("a name inside the folder of images");
      }
      return resolved;
    } catch (InvalidPathException e) {
      throw new UnsafeNameException("a file name");
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(path, e), e);
    }
  }

  private record AbsentImage(String name, String reason) implements ImageSource {
    @Override
    public byte[] bytes() {
      throw new UnreadableImageException(name, reason);
    }
  }
}
