package dev.xfolds.datasets;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests find real data and golden tensors, which are not part of the repository. */
public final class SharedFiles {

  private SharedFiles() {}

  /** A path below XFOLDS_DATA; the test is skipped, with a line that says so, if it is absent. */
  public static Path data(String path) {
    return existing("XFOLDS_DATA", "data", path);
  }

  /** A path below XFOLDS_GOLDEN; the test is skipped, with a line that says so, if it is absent. */
  public static Path golden(String path) {
    return existing("XFOLDS_GOLDEN", "golden", path);
  }

  private static Path existing(String variable, String folder, String path) {
    String set = System.getenv(variable);
    Path root =
        set == null || set.isEmpty()
            ? Path.of(System.getProperty("xfolds.root", "."), "..", "shared", folder)
            : Path.of(set);
    Path found = root.resolve(path).normalize();
    assumeTrue(Files.exists(found), () -> found + " is absent: set " + variable);
    return found;
  }
}
