package dev.xfolds.datasets.inspect;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * One split of a data set, as it lies on disk.
 *
 * @param files by role, as the readers name them
 * @param split within the files, if they hold several
 */
record Part(String name, Map<String, Path> files, Optional<String> split) {

  Part {
    files = Map.copyOf(files);
  }

  /** Whether a folder of images is known. */
  boolean hasImages() {
    return files.containsKey("images");
  }
}
