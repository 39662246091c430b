package dev.xfolds.datasets.read;

import dev.xfolds.datasets.DataException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The annotation files of a data set by role: all files but the images. */
record Annotations(SortedMap<String, AnnotationFile> byRole, String digest) {

  Annotations {
    byRole = Collections.unmodifiableSortedMap(new TreeMap<>(byRole));
  }

  static Annotations read(Map<String, Path> files) {
    SortedMap<String, AnnotationFile> byRole = new TreeMap<>();
    MessageDigest sha256 = sha256();
    new TreeMap<>(files)
        .forEach(
            (role, path) -> {
              if (!role.equals(Readers.IMAGES)) {
                AnnotationFile file = AnnotationFile.read(path);
                sha256.update(file.bytes());
                byRole.put(role, file);
              }
            });
    return new Annotations(byRole, HexFormat.of().formatHex(sha256.digest()));
  }

  /** The file of the one role that a format has. */
  AnnotationFile only(String role) {
    if (byRole.size() != 1 || !byRole.containsKey(role)) {
      throw new DataException(
          "files must have the roles %s and %s, have %s".formatted(role, Readers.IMAGES, roles()));
    }
    return byRole.get(role);
  }

  String roles() {
    return byRole.isEmpty() ? "none beside images" : String.join(", ", byRole.keySet());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
