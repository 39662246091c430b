package dev.xfolds.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program of this machine, run to its end. */
final class Tool {

  private Tool() {}

  /**
   * Runs it and gives back what it printed.
   *
   * @throws ImagesException with its reason if it ends with another code than 0
   */
  static String run(List<String> command, Map<String, String> environment) {
    return run(command, environment, Path.of("").toAbsolutePath());
  }

  /** The same in a folder of its own. */
  static String run(List<String> command, Map<String, String> environment, Path folder) {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw ImagesException.failed(
            "%s ended with %d: %s".formatted(command.getFirst(), code, reason(output)));
      }
      return output;
    } catch (IOException e) {
      throw ImagesException.failed(
          "%s cannot be run: %s".formatted(command.getFirst(), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ImagesException.failed(command.getFirst() + " was interrupted", e);
    }
  }

  /** Maven's first error, or the last lines of others; without colours. */
  private static String reason(String output) {
    List<String> lines =
        output
            .replaceAll("\u001B\\[[0-9;]*m", "")
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.equals("[ERROR]"))
            .toList();
    return lines.stream()
        .filter(line -> line.startsWith("[ERROR]"))
        .findFirst()
        .orElseGet(
            () -> String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size())));
  }
}
