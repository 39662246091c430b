package dev.xfolds.datasets;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests find real data and golden tensors, which are not part of the repository. */
public final class SharedFiles {

  private SharedFiles() {}

  /** A path below XFOLDS_DATA (relative to the repository); if it is absent the test is skipped. */
  public static Path data(String path) {
    return existing("XFOLDS_DATA", "data", path);
  }

  /** The same below XFOLDS_GOLDEN. */
  public static Path golden(String path) {
    return existing("XFOLDS_GOLDEN", "golden", path);
  }

  private static Path existing(String variable, String folder, String path) {
    Path repository = Path.of(System.getProperty("xfolds.root", "."));
    String set = System.getenv(variable);
    boolean given = set != null && !set.isEmpty();
    Path root = given ? repository.resolve(set) : repository.resolve("../shared/" + folder);
    if (given && !Files.isDirectory(root)) {
      throw new AssertionError(variable + " must be a folder, was " + root);
    }
    Path found = root.resolve(path).normalize();
    assumeTrue(Files.exists(found), () -> found + " is absent: set " + variable);
    return found;
  }
}
