package dev.xfolds.operator.scale;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** The responder as a process of its own, so that its work is not counted as anybody else's. */
final class ResponderProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ResponderProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ResponderProcess start(Bench bench, Instant since) {
    Path log = bench.work().resolve("responder.log");
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx512m",
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Responder.class.getName(),
                  since.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new ResponderProcess(process, log);
    } catch (IOException e) {
      throw new ScaleException("the responder could not be started", e);
    }
  }

  boolean mustLive() {
    if (!process.isAlive()) {
      throw new ScaleException("the responder ended, see " + log);
    }
    return true;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
