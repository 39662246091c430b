package dev.xfolds.trainer.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests find real data, which is not part of the repository. */
final class SharedData {

  private SharedData() {}

  /** A path below XFOLDS_DATA; the test is skipped, with a line that says so, if it is absent. */
  static Path find(String path) {
    String set = System.getenv("XFOLDS_DATA");
    Path root =
        set == null || set.isEmpty()
            ? Path.of(System.getProperty("xfolds.root", "."), "..", "shared", "data")
            : Path.of(set);
    Path found = root.resolve(path).normalize();
    assumeTrue(Files.exists(found), () -> found + " is absent: set XFOLDS_DATA");
    return found;
  }
}
