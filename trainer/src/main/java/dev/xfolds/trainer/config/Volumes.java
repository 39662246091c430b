package dev.xfolds.trainer.config;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the data volumes that a plan names are mounted. */
public record Volumes(Map<String, Path> roots) {

  public Volumes {
    roots = Map.copyOf(roots);
  }

  /**
   * The root of a volume; {@code field} names the part of the plan that asks.
   *
   * @throws TrainerException code 2 if no --volume gives it, or it is no folder
   */
  public Path root(String field, String volume) {
    Path root = roots.get(volume);
    if (root == null) {
      throw TrainerException.invalid(
          "%s.volume must be one of the mounted volumes %s, was \"%s\""
              .formatted(field, roots.keySet(), volume));
    }
    if (!Files.isDirectory(root)) {
      throw TrainerException.invalid(
          "--volume=%s=%s: must be a readable folder%s"
              .formatted(volume, root, Files.exists(root) ? "" : ", does not exist"));
    }
    return root;
  }

  /**
   * A file of a volume.
   *
   * @throws TrainerException code 2 if it leaves the volume, is missing or cannot be read
   */
  public Path file(String field, String volume, String path) {
    Path root = root(field, volume);
    Path file = root.resolve(path.replace('/', File.separatorChar)).normalize();
    if (!file.startsWith(root.normalize())) {
      throw TrainerException.invalid(
          "%s.path must lie below its volume, was \"%s\"".formatted(field, path));
    }
    if (!Files.isReadable(file)) {
      throw TrainerException.invalid(
          "%s.path must be a readable file, was %s (%s)"
              .formatted(field, path, Files.exists(file) ? "no permission" : "missing"));
    }
    return file;
  }
}
