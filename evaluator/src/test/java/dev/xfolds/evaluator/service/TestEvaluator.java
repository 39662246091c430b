package dev.xfolds.evaluator.service;

import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.RunPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * An evaluator on free loopback ports with certificates of its own; it may be killed and started.
 */
final class TestEvaluator implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  final Path folder;
  final TestAuthority authority = new TestAuthority();
  private final Path trainer;
  private final Path operator;
  private EvaluatorServer server;

  TestEvaluator(Path folder, Exam... exams) throws IOException {
    this.folder = folder;
    authority.issue("evaluator", folder.resolve("tls/evaluator"));
    this.trainer = authority.issue("trainer", folder.resolve("tls/trainer"));
    this.operator = authority.issue("operator", folder.resolve("tls/operator"));
    start(Duration.ofSeconds(20), exams);
  }

  void start(Duration silence, Exam... exams) {
    start("", silence, exams);
  }

  private void start(String planDigest, Duration silence, Exam... exams) {
    RunPlan.Builder plan =
        RunPlan.newBuilder().setNamespace("default").setName("demo").setDigest(planDigest);
    for (Exam exam : exams) {
      plan.addEvaluations(EvaluationPlan.newBuilder().setTask(exam.task()));
    }
    this.server =
        EvaluatorServer.start(
            plan.build(),
            () -> List.of(exams),
            new EvaluatorServer.Settings(
                folder.resolve("tls/evaluator"),
                Map.of(),
                store(),
                0,
                0,
                silence,
                Duration.ofMillis(100)),
            Clock.fixed(NOW, ZoneOffset.UTC),
            new SecureRandom());
  }

  void restart(Duration silence, Exam... exams) {
    server.close();
    start(silence, exams);
  }

  /** As that of a run of another plan. */
  void restart(String planDigest, Exam... exams) {
    server.close();
    start(planDigest, Duration.ofSeconds(20), exams);
  }

  EvaluatorServer server() {
    return server;
  }

  Path store() {
    return folder.resolve("store");
  }

  Path answers(String task) {
    return evaluation(task).resolve("answers.jsonl");
  }

  Path evaluation(String task) {
    return store().resolve("evaluations/default/demo/" + task + "/abababababababab");
  }

  TestClient trainer() throws IOException {
    return new TestClient(server.port(), trainer);
  }

  TestClient operator() throws IOException {
    return new TestClient(server.port(), operator);
  }

  @Override
  public void close() {
    server.close();
  }
}
