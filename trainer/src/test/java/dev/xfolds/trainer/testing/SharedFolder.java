package dev.xfolds.trainer.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests find what is not part of the repository. */
public final class SharedFolder {

  private SharedFolder() {}

  /**
   * The folder that a variable names (relative to the repository), or ../shared/NAME.
   *
   * @throws AssertionError if the variable names no folder: whoever set it wants those tests to run
   */
  public static Path of(String variable, String name) {
    Path repository = Path.of(System.getProperty("xfolds.root", "."));
    String given = System.getenv(variable);
    if (given == null || given.isEmpty()) {
      return repository.resolve("../shared").resolve(name).normalize();
    }
    Path folder = repository.resolve(given).normalize();
    if (!Files.isDirectory(folder)) {
      throw new AssertionError(variable + " must be a folder, was " + folder);
    }
    return folder;
  }
}
