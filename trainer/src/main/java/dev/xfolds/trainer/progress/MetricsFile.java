package dev.xfolds.trainer.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * metrics.jsonl: one JSON object a line. A resumed run cuts the lines beyond its checkpoint, so
 * that no step appears twice. A value that is not finite is written as a string ("NaN"), because
 * JSON knows none.
 */
public final class MetricsFile implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final BufferedWriter out;

  private MetricsFile(Path file, BufferedWriter out) {
    this.file = file;
    this.out = out;
  }

  /**
   * Opens for appending after the lines up to {@code step}; later lines and a torn last one are
   * dropped.
   */
  public static MetricsFile continueAfter(Path file, long step) {
    return continueAfter(file, step, step);
  }

  /** The same where the last validation that counts was after {@code validatedStep}. */
  public static MetricsFile continueAfter(Path file, long step, long validatedStep) {
    try {
      if (Files.exists(file)) {
        cut(file, step, validatedStep);
      }
      return new MetricsFile(
          file,
          Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static void cut(Path file, long step, long validatedStep) throws IOException {
    Path beside = file.resolveSibling("." + file.getFileName() + ".tmp");
    try (BufferedReader in = reader(file);
        BufferedWriter out = Files.newBufferedWriter(beside)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (stepOf(line) <= (isValidation(line) ? validatedStep : step)) {
          out.write(line);
          out.write('\n');
        }
      }
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean isValidation(String line) {
    return line.contains("\"validationLoss\"");
  }

  private static long stepOf(String line) {
    return parse(line).path("step").asLong(Long.MAX_VALUE);
  }

  /** A killed process or a full disk tears a line, even within a character: it has no fields. */
  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException torn) {
      return MissingNode.getInstance();
    }
  }

  /** Unlike {@link Files#newBufferedReader} it reads on behind bytes that are no UTF-8. */
  private static BufferedReader reader(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
  }

  /** Appends a line; it has reached the operating system when this returns. */
  public void append(MetricLine line) {
    ObjectNode node = JSON.createObjectNode().put("step", line.step());
    line.values()
        .forEach(
            (name, value) -> {
              if (Double.isFinite(value)) {
                node.put(name, value);
              } else {
                node.put(name, Double.toString(value));
              }
            });
    appendObject(node);
  }

  /** Appends the name of an image that cannot be used, with its reason. */
  public void unreadable(long step, String reason) {
    appendObject(JSON.createObjectNode().put("step", step).put("unreadableImage", reason));
  }

  private void appendObject(ObjectNode node) {
    try {
      out.write(node.toString());
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /**
   * The losses by step that a file holds, at most {@code limit} of them, evenly spread; the first
   * and the last stay.
   */
  public static List<StepLoss> losses(Path file, int limit) {
    List<StepLoss> all = new ArrayList<>();
    if (!Files.exists(file)) {
      return all;
    }
    try (BufferedReader in = reader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode node = parse(line);
        if (node.path("loss").isNumber()) {
          all.add(new StepLoss(node.path("step").asLong(), (float) node.path("loss").asDouble()));
        }
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
    if (all.size() <= limit) {
      return all;
    }
    List<StepLoss> few = new ArrayList<>(limit);
    for (int i = 0; i < limit; i++) {
      few.add(all.get((int) ((long) i * (all.size() - 1) / Math.max(1, limit - 1))));
    }
    return few;
  }

  private static TrainerException failed(Path file, IOException e) {
    return TrainerException.retry(file + " cannot be written or read: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** A point of the loss curve. */
  public record StepLoss(long step, float loss) {}
}
