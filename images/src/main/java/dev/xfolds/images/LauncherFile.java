package dev.xfolds.images;

import java.util.ArrayList;
import java.util.List;

/**
 * The text file that jpackage's launcher reads: class path, main class, options. Paths are those in
 * the image.
 */
final class LauncherFile {

  /** The other half of the memory is native: tensors, network buffers, code. */
  private static final String HALF_THE_MEMORY = "-XX:MaxRAMPercentage=50";

  /** An arbitrary user id has no home; only /tmp can be written. */
  private static final String HOME = "-Duser.home=/tmp";

  private LauncherFile() {}

  static String text(String mainClass, List<String> classPath, List<String> options) {
    List<String> lines = new ArrayList<>(List.of("[Application]", "app.mainclass=" + mainClass));
    classPath.forEach(jar -> lines.add("app.classpath=" + jar));
    lines.add("");
    lines.add("[JavaOptions]");
    options.forEach(option -> lines.add("java-options=" + option));
    lines.add("java-options=" + HALF_THE_MEMORY);
    lines.add("java-options=" + HOME);
    lines.add("");
    return String.join("\n", lines);
  }
}
