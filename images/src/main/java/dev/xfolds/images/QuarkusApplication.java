package dev.xfolds.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The operator as Quarkus' build lays it out in {@code quarkus-app}. It is started by its class
 * path and not by Quarkus' own loader of classes, of whose classes a {@link ClassArchive} holds
 * none.
 *
 * @param folder of the layout
 * @param classPath paths relative to it: what Quarkus has changed goes before what it has changed
 * @param options that the layout's own jar asks of a JVM
 */
record QuarkusApplication(Path folder, List<String> classPath, List<String> options) {

  static final String MAIN_CLASS = "io.quarkus.runner.GeneratedMain";

  private static final String RUNNER = "quarkus-run.jar";
  private static final List<String> FOLDERS = List.of("app", "lib/boot", "lib/main");

  /**
   * Reads the layout.
   *
   * @param home root of the repository
   */
  static QuarkusApplication of(Path home) {
    Path folder = home.resolve("operator/target/quarkus-app");
    if (!Files.exists(folder.resolve(RUNNER))) {
      throw ImagesException.user(
          "the operator's image needs %s/%s, which this build has not made: name the"
                  .formatted(folder, RUNNER)
              + " others with --only trainer,evaluator");
    }
    List<String> classPath = new ArrayList<>();
    for (String first : List.of("transformed-bytecode.jar", "generated-bytecode.jar")) {
      if (Files.exists(folder.resolve("quarkus").resolve(first))) {
        classPath.add("quarkus/" + first);
      }
    }
    try {
      for (String part : FOLDERS) {
        try (Stream<Path> jars = Files.list(folder.resolve(part))) {
          jars.map(jar -> part + "/" + jar.getFileName())
              .filter(jar -> jar.endsWith(".jar"))
              .sorted()
              .forEach(classPath::add);
        }
      }
      return new QuarkusApplication(folder, List.copyOf(classPath), options(folder));
    } catch (IOException e) {
      throw ImagesException.failed("%s cannot be read: %s".formatted(folder, e), e);
    }
  }

  private static List<String> options(Path folder) throws IOException {
    try (JarFile runner = new JarFile(folder.resolve(RUNNER).toFile())) {
      String opens = runner.getManifest().getMainAttributes().getValue("Add-Opens");
      return opens == null
          ? List.of()
          : Arrays.stream(opens.strip().split("\\s+"))
              .map("--add-opens=%s=ALL-UNNAMED"::formatted)
              .toList();
    }
  }
}
