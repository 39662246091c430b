package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.VolumeFile;
import dev.xfolds.operator.api.VolumeFileSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Paths on volumes. */
final class Volumes {

  private Volumes() {}

  /** A file or folder for the trainer. */
  static VolumeFile file(Problems problems, VolumeFileSpec spec, String path) {
    if (spec.path() != null) {
      TestFiles.notIn(problems, spec.path(), path + ".path");
    }
    return VolumeFile.newBuilder()
        .setVolume(spec.volume() == null ? "" : spec.volume())
        .setPath(spec.path() == null ? "" : normalized(problems, spec.path(), path + ".path"))
        .build();
  }

  /** Without empty and "." parts; absolute paths and ".." are problems. */
  static String normalized(Problems problems, String given, String path) {
    if (given.startsWith("/")) {
      problems.add(path, "must be relative to the root of the volume, was %s", given);
    }
    List<String> parts = parts(given);
    if (parts.contains("..")) {
      problems.add(path, "must not leave the volume by \"..\", was %s", given);
    }
    return parts.isEmpty() ? "." : String.join("/", parts);
  }

  /**
   * Whether mounting a path shows a test file: the path is the file, a folder above it, or either
   * of them as seen from another root of the volume.
   */
  static boolean shows(String mounted, String testFile) {
    List<String> mount = parts(mounted);
    List<String> test = parts(testFile);
    return mount.isEmpty()
        || Collections.indexOfSubList(test, mount) >= 0
        || (mount.size() > test.size()
            && mount.subList(mount.size() - test.size(), mount.size()).equals(test));
  }

  private static List<String> parts(String path) {
    return Arrays.stream(path.split("/"))
        .filter(part -> !part.isEmpty() && !part.equals("."))
        .toList();
  }
}
