package dev.xfolds.operator.scale;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Makes many objects by ../shared/cluster's flood: as fast as the API server takes them. */
final class Flood {
  private static final int MINUTES = 10;

  private Flood() {}

  static void create(String namespace, ObjectTemplate template, int count) {
    String path = template.kind().path(namespace);
    try {
      Process flood =
          new ProcessBuilder("flood", "-path", path, "-n", Integer.toString(count))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (var in = flood.getOutputStream()) {
        in.write(template.text().getBytes(StandardCharsets.UTF_8));
      }
      if (!flood.waitFor(MINUTES, TimeUnit.MINUTES)) {
        flood.destroyForcibly();
        throw new ScaleException("not within %d minutes: flood of %s".formatted(MINUTES, path));
      }
      if (flood.exitValue() != 0) {
        throw new ScaleException("flood of %s failed".formatted(path));
      }
    } catch (IOException e) {
      throw new ScaleException("flood of %s could not be started".formatted(path), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ScaleException("interrupted", e);
    }
  }
}
