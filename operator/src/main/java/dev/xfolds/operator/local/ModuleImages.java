package dev.xfolds.operator.local;

import dev.xfolds.operator.desired.ProcessContract;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Images {@code xfolds/MODULE:local} are the built modules of this repository, started with the JDK
 * that runs this.
 */
public final class ModuleImages implements LocalImages {
  /** As the root pom's {@code xfolds.jvm.args}; a test compares them. */
  static final List<String> JVM_FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dai.djl.offline=true",
          "-DOPT_OUT_TRACKING=true",
          "-Djava.awt.headless=true",
          "-Dorg.slf4j.simpleLogger.log.ai.djl=warn");

  private static final Pattern IMAGE = Pattern.compile("xfolds/([a-z]+):local");
  private static final Map<String, String> MAIN_CLASSES =
      Map.of(
          ProcessContract.TRAINER_COMMAND, "dev.xfolds.trainer.cli.TrainerMain",
          ProcessContract.EVALUATOR_COMMAND, "dev.xfolds.evaluator.cli.ServeMain");

  private final Path home;
  private final Path javaHome;

  /**
   * Images of one checkout.
   *
   * @param home root of the repository, XFOLDS_HOME
   * @param javaHome of a JDK 25
   */
  public ModuleImages(Path home, Path javaHome) {
    this.home = home;
    this.javaHome = javaHome;
  }

  @Override
  public List<String> command(String image, List<String> command, long memoryBytes) {
    Matcher name = IMAGE.matcher(image);
    if (!name.matches() || command.size() != 1 || !MAIN_CLASSES.containsKey(command.getFirst())) {
      throw new LocalException(
          "image %s with command %s must be xfolds/MODULE:local with a command of docs/processes.md"
              .formatted(image, command));
    }
    // The other half of the memory is native: tensors, network buffers, code.
    String heap = "-Xmx" + Math.max(64, (memoryBytes / 2) >> 20) + "m";
    return java(name.group(1), MAIN_CLASSES.get(command.getFirst()), List.of(heap));
  }

  /** The command that starts a class of a module, without arguments. */
  List<String> java(String module, String mainClass, List<String> flags) {
    List<String> line = new ArrayList<>();
    line.add(javaHome.resolve("bin/java").toString());
    line.addAll(JVM_FLAGS);
    line.addAll(flags);
    line.add("-cp");
    line.add(classPath(module));
    line.add(mainClass);
    return line;
  }

  private String classPath(String module) {
    Path target = home.resolve(module).resolve("target");
    try {
      String libraries = Files.readString(target.resolve("class-path")).strip();
      try (DirectoryStream<Path> jars =
          Files.newDirectoryStream(target, "xfolds-" + module + "-*.jar")) {
        for (Path jar : jars) {
          return jar + ":" + libraries;
        }
      }
    } catch (IOException e) {
      throw new LocalException(
          "module %s is not built: run ./xfolds build (%s)".formatted(module, e.getMessage()), e);
    }
    throw new LocalException(
        "module %s is not built: no xfolds-%s-*.jar in %s; run ./xfolds build"
            .formatted(module, module, target));
  }
}
