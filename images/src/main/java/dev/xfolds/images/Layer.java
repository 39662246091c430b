package dev.xfolds.images;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * A layer of an image.
 *
 * @param name what it holds, kept in the image's history
 * @param files sorted by their place in the image, each place once
 */
record Layer(String name, List<File> files) {

  /**
   * A regular file; nobody may write it, everybody may read it.
   *
   * @param source on this machine
   * @param target absolute path in the image
   * @param executable by everybody or by nobody
   */
  record File(Path source, String target, boolean executable) {
    File {
      if (!target.startsWith("/") || target.contains("//") || target.endsWith("/")) {
        throw new IllegalArgumentException("target must be an absolute path, was " + target);
      }
    }
  }

  Layer {
    files = files.stream().sorted(Comparator.comparing(File::target)).toList();
    for (int i = 1; i < files.size(); i++) {
      if (files.get(i).target().equals(files.get(i - 1).target())) {
        throw new IllegalArgumentException(
            "%s is both %s and %s"
                .formatted(
                    files.get(i).target(), files.get(i - 1).source(), files.get(i).source()));
      }
    }
  }

  static File plain(Path source, String target) {
    return new File(source, target, false);
  }

  static File executable(Path source, String target) {
    return new File(source, target, true);
  }
}
