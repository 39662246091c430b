package dev.xfolds.operator.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code ./xfolds} as a child process: the command line that the script ends in, without the
 * script's own build.
 */
final class XfoldsProcess implements AutoCloseable {
  static final Path HOME =
      Path.of(System.getProperty("xfolds.root", "..")).toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Process process;
  private final Path output;

  private XfoldsProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** What a command that has ended said, both streams in one, and its exit code. */
  record Ended(int exitCode, String text) {}

  static XfoldsProcess start(String... arguments) throws IOException {
    // A shell without job control starts Maven deaf to Ctrl-C, and its children inherit that.
    return start(List.of("env", "--default-signal=INT,TERM,HUP"), arguments);
  }

  /** Bound by permissions of files, as anybody but root is. */
  static XfoldsProcess startWithoutPowers(String... arguments) throws IOException {
    boolean root = "root".equals(System.getProperty("user.name"));
    return start(
        root ? List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search") : List.of("env"),
        arguments);
  }

  private static XfoldsProcess start(List<String> prefix, String... arguments) throws IOException {
    Path output = Files.createTempFile("xfolds", ".txt");
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", classPath(), XfoldsMain.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile());
    builder.environment().put("XFOLDS_HOME", HOME.toString());
    return new XfoldsProcess(builder.start(), output);
  }

  static Ended run(String... arguments) throws IOException {
    try (XfoldsProcess process = start(arguments)) {
      return process.await();
    }
  }

  private static String classPath() throws IOException {
    Path target = HOME.resolve("operator").resolve("target");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "xfolds-operator-*.jar")) {
      return jars.iterator().next() + ":" + Files.readString(target.resolve("class-path")).strip();
    }
  }

  long pid() {
    return process.pid();
  }

  /** What it has said so far. */
  String text() throws IOException {
    return Files.readString(output);
  }

  /** Sends INT, TERM or KILL. */
  XfoldsProcess signal(String name) throws IOException {
    Process kill =
        new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).inheritIO().start();
    kill.onExit().join();
    return this;
  }

  Ended await() throws IOException {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("xfolds still runs and says: " + text());
      }
      return new Ended(process.exitValue(), text());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    Files.deleteIfExists(output);
  }
}
