package dev.xfolds.images;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The class path that a module's build wrote down.
 *
 * @param jars in the class path's order, the module's own first
 */
record ModuleFiles(List<Path> jars) {

  private static final String OURS = "xfolds-";

  ModuleFiles {
    jars = List.copyOf(jars);
  }

  /**
   * Reads {@code target/class-path} of a module.
   *
   * @param home root of the repository
   */
  static ModuleFiles of(Path home, Component component) {
    Path target = home.resolve(component.label()).resolve("target");
    List<Path> jars = new ArrayList<>();
    String libraries;
    try (DirectoryStream<Path> own =
        Files.newDirectoryStream(target, OURS + component.label() + "-*.jar")) {
      own.forEach(jars::add);
      libraries = Files.readString(target.resolve("class-path")).strip();
    } catch (IOException e) {
      throw ImagesException.user(
          "module %s is not built: run ./xfolds build (%s)"
              .formatted(component.label(), e.getMessage()));
    }
    if (jars.size() != 1) {
      throw ImagesException.user(
          "%s must hold one jar of module %s, holds %d: run ./xfolds build"
              .formatted(target, component.label(), jars.size()));
    }
    for (String library : libraries.split(":", -1)) {
      jars.add(Path.of(library));
    }
    return new ModuleFiles(jars);
  }

  /** Our modules. */
  List<Path> ours() {
    return select(name -> name.startsWith(OURS));
  }

  /** Libraries from elsewhere, but those that only carry native libraries. */
  List<Path> thirdParty() {
    return select(name -> !name.startsWith(OURS) && !isNative(name));
  }

  /** The only jar whose file name starts so. */
  Path jar(String prefix) {
    List<Path> found = select(name -> name.startsWith(prefix));
    if (found.size() != 1) {
      throw ImagesException.failed(
          "the class path must have one jar %s*, has %s".formatted(prefix, found));
    }
    return found.getFirst();
  }

  private static boolean isNative(String name) {
    return name.startsWith("pytorch-native-") || name.startsWith("pytorch-jni-");
  }

  private List<Path> select(Predicate<String> wanted) {
    return jars.stream().filter(jar -> wanted.test(jar.getFileName().toString())).toList();
  }
}
