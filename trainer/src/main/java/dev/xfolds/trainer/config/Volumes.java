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
   * The root of a volume that {@code field} of the TrainingRun names with its own field volume.
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
   * A file of a volume that a VolumeFile names: {@code field} has the fields volume and path.
   *
   * @throws TrainerException code 2 as {@link #file(String, String, String, String)} does
   */
  public Path file(String field, String volume, String path) {
    return file(field, volume, field + ".path", path);
  }

  /**
   * A file or folder of a volume.
   *
   * @param field of the TrainingRun whose own field volume names the volume
   * @param pathField of the TrainingRun that holds the path
   * @throws TrainerException code 2 if it leaves the volume, is missing or cannot be read
   */
  public Path file(String field, String volume, String pathField, String path) {
    Path root = root(field, volume);
    Path file = root.resolve(path.replace('/', File.separatorChar)).normalize();
    if (!file.startsWith(root.normalize())) {
      throw TrainerException.invalid(
          "%s must lie below its volume, was \"%s\"".formatted(pathField, path));
    }
    if (!Files.isReadable(file)) {
      throw TrainerException.invalid(
          "%s must be a readable file, was %s (%s)"
              .formatted(pathField, path, Files.exists(file) ? "no permission" : "missing"));
    }
    return file;
  }
}
