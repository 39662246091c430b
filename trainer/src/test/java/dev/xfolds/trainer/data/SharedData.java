package dev.xfolds.trainer.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xfolds.trainer.testing.SharedFolder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests find real data, which is not part of the repository. */
final class SharedData {

  private SharedData() {}

  /** A path below XFOLDS_DATA; the test is skipped, with a line that says so, if it is absent. */
  static Path find(String path) {
    Path found = SharedFolder.of("XFOLDS_DATA", "data").resolve(path).normalize();
    assumeTrue(Files.exists(found), () -> found + " is absent: set XFOLDS_DATA");
    return found;
  }
}
