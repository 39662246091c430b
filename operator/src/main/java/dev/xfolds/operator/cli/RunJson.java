package dev.xfolds.operator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.operator.local.RunResult;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.status.Compute;
import java.util.List;

/** The same as {@link RunText} as JSON; reports are protobuf JSON of benchmark.proto. */
final class RunJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunJson() {}

  static String of(List<RunResult> results) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode runs = root.putArray("runs");
    results.forEach(result -> one(runs.addObject(), result));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can be written", e);
    }
  }

  private static void one(ObjectNode node, RunResult result) {
    node.put("namespace", result.plan().getNamespace()).put("name", result.name());
    node.put("planDigest", result.plan().getDigest());
    if (result.plan().getInitFrom().hasRun()) {
      node.put("initFrom", result.plan().getInitFrom().getRun());
    }
    verdict(node, result.verdict());
    node.put("recognised", result.recognised());
    node.put("attempts", result.attempts()).put("wallSeconds", result.wallSeconds());
    result.exitCode().ifPresent(code -> node.put("exitCode", code));
    node.put("parameters", result.plan().getCost().getParameters());
    node.put("trainableParameters", result.plan().getCost().getTrainableParameters());
    result
        .finished()
        .ifPresent(
            done -> {
              ObjectNode compute = node.putObject("compute");
              compute.put("trainingSeconds", done.seconds()).put("steps", done.step());
              compute.put("peakPfDays", done.peakPfDays());
              compute.put("countedPfDays", done.countedPfDays());
              compute.put("lostPfDays", done.lostPfDays());
              Compute cost = RunText.compute(result.plan(), done);
              cost.mfu().ifPresent(mfu -> compute.put("mfu", mfu));
              compute.put("assumptions", cost.explained());
            });
    ArrayNode reports = node.putArray("reports");
    RunText.newest(result.reports()).forEach(report -> add(reports, report));
    ObjectNode files = node.putObject("files");
    files.put("folder", result.files().folder().toString());
    result.files().checkpoint().ifPresent(path -> files.put("checkpoint", path.toString()));
    ArrayNode pages = files.putArray("pages");
    result.files().pages().forEach(path -> pages.add(path.toString()));
    files.put("metrics", result.files().metrics().toString());
    files.put("log", result.files().log().toString());
    if (!result.logTail().isEmpty()) {
      ArrayNode tail = node.putArray("logTail");
      result.logTail().forEach(tail::add);
    }
  }

  private static void verdict(ObjectNode node, Verdict verdict) {
    switch (verdict) {
      case Verdict.Succeeded() -> node.put("state", "Complete");
      case Verdict.Failed(String reason, String message, boolean users) ->
          node.put("state", "Failed")
              .put("reason", reason)
              .put("message", message)
              .put("usersMistake", users);
      case Verdict.Stopped(String _, String message) ->
          node.put("state", "Stopped").put("message", message);
      case Verdict.BackingOff(int _, int _, String message) ->
          node.put("state", "BackingOff").put("message", message);
      case Verdict.Waiting(String reason, String message) ->
          node.put("state", "Waiting").put("reason", reason).put("message", message);
      case Verdict.Stopping(String reason, String message) ->
          node.put("state", "Stopping").put("reason", reason).put("message", message);
      case Verdict.Undecided() -> node.put("state", "Undecided");
    }
  }

  private static void add(ArrayNode reports, Report report) {
    try {
      reports.add(JSON.readTree(JsonFormat.printer().print(report)));
    } catch (InvalidProtocolBufferException | JsonProcessingException e) {
      throw new IllegalStateException("a Report has no fields that JSON cannot hold", e);
    }
  }
}
