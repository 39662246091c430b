package dev.xfolds.trainer.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Lines of metrics.jsonl. */
final class Trace {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Trace() {}

  /** Empty if there is no file; a torn line is one, too. */
  static List<String> read(Path metrics) throws IOException {
    return Files.exists(metrics) ? List.of(Files.readString(metrics).split("\n")) : List.of();
  }

  /** The step of a line; 0 if it is torn. */
  static long step(String line) {
    try {
      return JSON.readTree(line).path("step").asLong();
    } catch (JsonProcessingException torn) {
      return 0;
    }
  }

  /**
   * The step up to which an attempt has kept the lines of the one before. No line is written twice
   * alike: each tells times.
   */
  static long keptUpTo(List<String> before, List<String> after) {
    long kept = 0;
    for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
      if (!before.get(i).equals(after.get(i))) {
        break;
      }
      kept = step(before.get(i));
    }
    return kept;
  }
}
