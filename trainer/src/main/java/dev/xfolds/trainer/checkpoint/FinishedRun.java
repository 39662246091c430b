package dev.xfolds.trainer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * finished.json, written last: a run that has it never trains again.
 *
 * @param seconds in training steps, over all attempts
 * @param countedPfDays of the steps that led to the last checkpoint
 * @param lostPfDays of those that an attempt had to compute again; counted too
 * @param peakPfDays of all seconds
 */
public record FinishedRun(
    long step,
    String checkpointDigest,
    long parameters,
    double seconds,
    double countedPfDays,
    double lostPfDays,
    double peakPfDays) {

  private static final String NAME = "finished.json";
  private static final int MAX_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Empty if the run has not finished. */
  public static Optional<FinishedRun> read(RunFolder run) {
    Path file = run.path().resolve(NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(Durable.read(file, MAX_BYTES));
      return Optional.of(
          new FinishedRun(
              number(node, "step").asLong(),
              node.required("checkpointDigest").asText(),
              number(node, "parameters").asLong(),
              number(node, "seconds").asDouble(),
              number(node, "countedPfDays").asDouble(),
              node.path("lostPfDays").asDouble(), // an older trainer did not tell
              number(node, "peakPfDays").asDouble()));
    } catch (IOException | IllegalArgumentException e) {
      throw TrainerException.invalid(
          file + ": must tell how the run finished: " + e.getMessage(), e);
    }
  }

  private static JsonNode number(JsonNode node, String field) {
    JsonNode value = node.required(field);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(field + " must be a number, was " + value);
    }
    return value;
  }

  public void write(RunFolder run) {
    run.checkClaim();
    try {
      Durable.replace(run.path().resolve(NAME), JSON.writeValueAsBytes(this));
    } catch (IOException e) {
      throw TrainerException.retry(NAME + " cannot be written: " + e.getMessage(), e);
    }
  }
}
