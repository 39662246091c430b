package dev.xfolds.evaluator.store;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunCard;
import dev.xfolds.contract.v1.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * report.json: the fields of the contract's Report, and beside them what a reader of the file needs
 * to judge it.
 *
 * @param protocols that the scores cover, in the order asked for
 */
public record ReportDocument(
    Report report, EvaluationKey key, TaskRecord taskData, List<String> protocols, RunCard card) {

  /** The newest last: by the training step, then by the time of the evaluation. */
  public static final Comparator<ReportDocument> BY_AGE =
      Comparator.comparing((ReportDocument document) -> document.report().getStep())
          .thenComparing(document -> document.report().getFinished(), Timestamps.comparator());

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  /** Where the task's questions come from. */
  public record TaskRecord(
      String kind, int questions, String questionsDigest, String origin, String licence) {}

  public ReportDocument {
    protocols = List.copyOf(protocols);
  }

  /**
   * Whether a run of this plan has asked for it, or somebody who names no plan: a volume also keeps
   * what an earlier run of the same name and another plan has reached.
   */
  public boolean isOf(RunPlan plan) {
    return card.getPlanDigest().isEmpty() || card.getPlanDigest().equals(plan.getDigest());
  }

  /** This report, asked for by another run. */
  public ReportDocument askedBy(RunCard other) {
    return new ReportDocument(report, key, taskData, protocols, other);
  }

  static Optional<ReportDocument> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(file.toFile());
      return Optional.of(
          new ReportDocument(
              parse(root, Report.newBuilder()).build(),
              JSON.treeToValue(root.get("key"), EvaluationKey.class),
              JSON.treeToValue(root.get("taskData"), TaskRecord.class),
              List.of(JSON.treeToValue(root.get("protocols"), String[].class)),
              parse(root.withObject("card"), RunCard.newBuilder()).build()));
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      throw new StoreException(file + " must be a report of this program: " + e.getMessage(), e);
    }
  }

  void write(Path file) {
    try {
      ObjectNode root = JSON.createObjectNode();
      root.put("format", 1);
      root.setAll(print(report));
      root.set("key", JSON.valueToTree(key));
      root.set("taskData", JSON.valueToTree(taskData));
      root.set("protocols", JSON.valueToTree(protocols));
      root.set("card", print(card));
      AtomicFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    } catch (IOException e) {
      throw new StoreException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static ObjectNode print(Message message) throws IOException {
    return (ObjectNode) JSON.readTree(PRINTER.print(message));
  }

  private static <B extends Message.Builder> B parse(ObjectNode node, B into)
      throws InvalidProtocolBufferException {
    PARSER.merge(node.toString(), into);
    return into;
  }
}
