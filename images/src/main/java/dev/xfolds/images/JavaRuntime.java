package dev.xfolds.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Java run-time without compiler, sources, headers and pages, linked from the JDK that runs this,
 * and jpackage's native launcher. One run-time serves all images, so that they share its layer.
 *
 * @param folder the run-time
 * @param launcher the executable, which finds its configuration by its own name
 * @param launcherLibrary what the executable loads
 */
record JavaRuntime(Path folder, Path launcher, Path launcherLibrary) {

  /** Everything of Java SE, and what gRPC, DJL, Quarkus and a JVM in trouble ask for. */
  private static final String MODULES =
      "java.se,jdk.crypto.cryptoki,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,"
          + "jdk.management.agent,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs";

  /** For screens and loudspeakers: they would need libraries of the machine. */
  private static final Set<String> NOT_HEADLESS =
      Set.of("libawt_xawt.so", "libjawt.so", "libjsound.so", "libsplashscreen.so");

  private static final Set<String> COMMANDS = Set.of("java", "jcmd");

  static JavaRuntime link(Path javaHome, Path work) {
    Path folder = work.resolve("java");
    Tool.run(
        List.of(
            javaHome.resolve("bin/jlink").toString(),
            "--add-modules",
            MODULES,
            "--no-header-files",
            "--no-man-pages",
            "--output",
            folder.toString()),
        Map.of());
    Path empty = work.resolve("launcher-input");
    try {
      Files.createDirectories(empty);
      Files.writeString(empty.resolve("none.jar"), "");
      for (Path file : files(folder)) {
        String name = file.getFileName().toString();
        boolean command = file.getParent().equals(folder.resolve("bin"));
        if (NOT_HEADLESS.contains(name) || (command && !COMMANDS.contains(name))) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw ImagesException.failed("the Java run-time cannot be made: " + e, e);
    }
    Tool.run(
        List.of(
            javaHome.resolve("bin/jpackage").toString(),
            "--type",
            "app-image",
            "--name",
            "launcher",
            "--input",
            empty.toString(),
            "--main-jar",
            "none.jar",
            "--main-class",
            "None",
            "--runtime-image",
            folder.toString(),
            "--dest",
            work.resolve("launcher-output").toString()),
        Map.of());
    Path application = work.resolve("launcher-output/launcher");
    return new JavaRuntime(
        folder, application.resolve("bin/launcher"), application.resolve("lib/libapplauncher.so"));
  }

  List<Path> files() {
    try {
      return files(folder);
    } catch (IOException e) {
      throw ImagesException.failed("the Java run-time cannot be read: " + e, e);
    }
  }

  /** Files that need shared libraries. */
  List<Path> binaries() {
    return Stream.concat(
            files().stream()
                .filter(file -> file.toString().endsWith(".so") || Files.isExecutable(file)),
            Stream.of(launcher, launcherLibrary))
        .toList();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
