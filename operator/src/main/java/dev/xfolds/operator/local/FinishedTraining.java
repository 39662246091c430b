package dev.xfolds.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a trainer leaves in finished.json.
 *
 * @param step of the last checkpoint
 * @param seconds in training steps, over all attempts
 * @param countedPfDays of the steps that led to that checkpoint
 * @param lostPfDays of those that an attempt had to compute again
 */
public record FinishedTraining(
    long step,
    String checkpointDigest,
    long parameters,
    double seconds,
    double countedPfDays,
    double lostPfDays,
    double peakPfDays) {
  static Optional<FinishedTraining> read(Path runFolder) throws IOException {
    Path file = runFolder.resolve("finished.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode node = new ObjectMapper().readTree(file.toFile());
    return Optional.of(
        new FinishedTraining(
            node.path("step").asLong(),
            node.path("checkpointDigest").asText(),
            node.path("parameters").asLong(),
            node.path("seconds").asDouble(),
            node.path("countedPfDays").asDouble(),
            node.path("lostPfDays").asDouble(),
            node.path("peakPfDays").asDouble()));
  }
}
