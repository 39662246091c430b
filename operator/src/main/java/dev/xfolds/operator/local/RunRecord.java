package dev.xfolds.operator.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.operator.observe.Attempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the next command must know about a run: record.json in the run's folder of objects.
 *
 * @param planDigest of the plan that the attempts ran
 * @param complete whether the run is done; it then never runs again with the same plan
 * @param writtenAt when somebody last knew
 * @param attempts all, oldest first
 * @param reports of a complete run
 */
record RunRecord(
    String planDigest,
    boolean complete,
    Instant writtenAt,
    List<Attempt> attempts,
    List<Report> reports) {
  private static final String NAME = "record.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  RunRecord {
    attempts = List.copyOf(attempts);
    reports = List.copyOf(reports);
  }

  static RunRecord empty(String planDigest, Instant at) {
    return new RunRecord(planDigest, false, at, List.of(), List.of());
  }

  /** Empty if there is none, or none that can be read: then the run is looked at anew. */
  static Optional<RunRecord> read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(JSON.readTree(file.toFile())));
    } catch (JsonProcessingException | InvalidProtocolBufferException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Seconds of all attempts that ended. */
  double wallSeconds() {
    return attempts.stream()
        .filter(attempt -> attempt.endedAt().isPresent())
        .mapToDouble(
            attempt ->
                java.time.Duration.between(attempt.startedAt(), attempt.endedAt().orElseThrow())
                        .toMillis()
                    / 1000.0)
        .sum();
  }

  /** Attempts whose end nobody saw ended, at the latest, when the record was last written. */
  RunRecord afterInterruption() {
    List<Attempt> ended =
        attempts.stream()
            .map(
                attempt ->
                    attempt.endedAt().isPresent()
                        ? attempt
                        : attempt.ended(writtenAt, OptionalInt.empty(), "Lost", ""))
            .toList();
    return new RunRecord(planDigest, complete, writtenAt, ended, reports);
  }

  void write(Path folder) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("planDigest", planDigest).put("complete", complete);
    root.put("writtenAt", writtenAt.toString());
    ArrayNode list = root.putArray("attempts");
    for (Attempt attempt : attempts) {
      ObjectNode node = list.addObject();
      node.put("number", attempt.number()).put("startedAt", attempt.startedAt().toString());
      attempt.endedAt().ifPresent(at -> node.put("endedAt", at.toString()));
      attempt.exitCode().ifPresent(code -> node.put("exitCode", code));
      node.put("reason", attempt.reason());
    }
    ArrayNode listed = root.putArray("reports");
    for (Report report : reports) {
      listed.add(JSON.readTree(JsonFormat.printer().print(report)));
    }
    replace(
        folder.resolve(NAME),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
  }

  /** Writes beside and renames: whole or not at all. */
  static void replace(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static RunRecord parse(JsonNode root) throws InvalidProtocolBufferException {
    List<Attempt> attempts = new ArrayList<>();
    for (JsonNode node : root.required("attempts")) {
      attempts.add(
          new Attempt(
              node.required("number").asInt(),
              Instant.parse(node.required("startedAt").asText()),
              node.has("endedAt")
                  ? Optional.of(Instant.parse(node.get("endedAt").asText()))
                  : Optional.empty(),
              node.has("exitCode")
                  ? OptionalInt.of(node.get("exitCode").asInt())
                  : OptionalInt.empty(),
              node.required("reason").asText(),
              "",
              ""));
    }
    List<Report> reports = new ArrayList<>();
    for (JsonNode node : root.required("reports")) {
      Report.Builder report = Report.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(node.toString(), report);
      reports.add(report.build());
    }
    return new RunRecord(
        root.required("planDigest").asText(),
        root.required("complete").asBoolean(),
        Instant.parse(root.required("writtenAt").asText()),
        attempts,
        reports);
  }
}
