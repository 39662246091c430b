package dev.xfolds.operator.local;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * A pod's file system as a folder: what the pod mounts, at the same paths below the folder, and
 * nothing else. Whole volumes are links to folders; mounts of single files (subPath) are links to
 * those files alone.
 */
final class Sandbox {
  private final Path root;
  private final Map<String, Path> wholeMounts;

  private Sandbox(Path root, Map<String, Path> wholeMounts) {
    this.root = root;
    this.wholeMounts = wholeMounts;
  }

  /**
   * Lays a pod out anew in a folder.
   *
   * @param configMaps by name, those that the pod may refer to
   * @param secrets by name
   */
  static Sandbox layOut(
      Path folder,
      PodSpec pod,
      Map<String, ConfigMap> configMaps,
      Map<String, Secret> secrets,
      HostVolumes volumes)
      throws IOException {
    Path root = folder.resolve("root");
    delete(root);
    delete(folder.resolve("volumes"));
    Files.createDirectories(root);
    Map<String, Path> sources = new TreeMap<>();
    for (Volume volume : pod.getVolumes()) {
      sources.put(volume.getName(), source(folder, volume, configMaps, secrets, volumes));
    }
    Map<String, Path> wholeMounts = new TreeMap<>();
    for (Container container : pod.getContainers()) {
      for (VolumeMount mount : container.getVolumeMounts()) {
        Path source = sources.get(mount.getName());
        if (mount.getSubPath() == null) {
          wholeMounts.put(mount.getMountPath(), source);
        } else {
          source = source.resolve(mount.getSubPath());
          if (!Files.exists(source)) {
            throw new LocalException(
                "%s does not exist (volume %s)".formatted(source, mount.getName()));
          }
        }
        Path link = root.resolve(relative(mount.getMountPath()));
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, source);
      }
    }
    return new Sandbox(root, wholeMounts);
  }

  Path root() {
    return root;
  }

  /**
   * A text with a path of the pod in it, as the process of this machine must be told it: a path at
   * or below the mount of a whole volume becomes the folder itself, a path above or below another
   * mount the one below {@link #root()}.
   */
  String rewrite(String text) {
    int start = text.indexOf('/');
    if (start < 0 || (start > 0 && text.charAt(start - 1) != '=')) {
      return text;
    }
    String path = text.substring(start);
    String best = "";
    for (String mount : wholeMounts.keySet()) {
      if ((path.equals(mount) || path.startsWith(mount + "/")) && mount.length() > best.length()) {
        best = mount;
      }
    }
    if (!best.isEmpty()) {
      Path folder = wholeMounts.get(best);
      Path whole = path.equals(best) ? folder : folder.resolve(path.substring(best.length() + 1));
      return text.substring(0, start) + whole;
    }
    Path inside = root.resolve(relative(path));
    return Files.exists(inside) ? text.substring(0, start) + inside : text;
  }

  private static Path source(
      Path folder,
      Volume volume,
      Map<String, ConfigMap> configMaps,
      Map<String, Secret> secrets,
      HostVolumes volumes)
      throws IOException {
    if (volume.getConfigMap() != null) {
      ConfigMap map = configMaps.get(volume.getConfigMap().getName());
      Path files = folder.resolve("volumes").resolve(volume.getName());
      Files.createDirectories(files);
      for (Map.Entry<String, String> entry : map.getData().entrySet()) {
        Files.writeString(files.resolve(entry.getKey()), entry.getValue(), StandardCharsets.UTF_8);
      }
      return files;
    }
    if (volume.getSecret() != null) {
      Secret secret = secrets.get(volume.getSecret().getSecretName());
      Path files = folder.resolve("volumes").resolve(volume.getName());
      Files.createDirectories(files);
      Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwx------"));
      for (Map.Entry<String, String> entry : secret.getData().entrySet()) {
        Path file = files.resolve(entry.getKey());
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, Base64.getDecoder().decode(entry.getValue()));
      }
      return files;
    }
    if (volume.getPersistentVolumeClaim() != null) {
      Path claimed = volumes.folder(volume.getPersistentVolumeClaim().getClaimName());
      if (!Boolean.TRUE.equals(volume.getPersistentVolumeClaim().getReadOnly())) {
        Files.createDirectories(claimed);
      }
      return claimed;
    }
    if (volume.getEmptyDir() != null) {
      Path scratch = folder.resolve("volumes").resolve(volume.getName());
      Files.createDirectories(scratch);
      return scratch;
    }
    throw new IllegalArgumentException(
        "volume %s must be a config map, secret, claim or empty folder"
            .formatted(volume.getName()));
  }

  private static String relative(String path) {
    return path.substring(1);
  }

  /** Deletes a tree without following links. */
  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
