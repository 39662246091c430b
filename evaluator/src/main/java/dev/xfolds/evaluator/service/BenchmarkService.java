package dev.xfolds.evaluator.service;

import dev.xfolds.contract.v1.BenchmarkGrpc;
import dev.xfolds.contract.v1.EvaluateRequest;
import dev.xfolds.contract.v1.EvaluateResponse;
import dev.xfolds.contract.v1.ListReportsRequest;
import dev.xfolds.contract.v1.ListReportsResponse;
import dev.xfolds.contract.v1.ListTasksRequest;
import dev.xfolds.contract.v1.ListTasksResponse;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TaskInfo;
import dev.xfolds.evaluator.store.EvaluationStore;
import dev.xfolds.evaluator.store.ReportDocument;
import dev.xfolds.evaluator.store.StoreException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The contract's Benchmark service. */
final class BenchmarkService extends BenchmarkGrpc.BenchmarkImplBase {

  private final RunPlan plan;
  private final Examinations examinations;
  private final Reporter reporter;
  private final EvaluationStore store;
  private final Duration silence;
  private final Set<EvaluationSession> sessions = ConcurrentHashMap.newKeySet();

  BenchmarkService(
      RunPlan plan,
      Examinations examinations,
      Reporter reporter,
      EvaluationStore store,
      Duration silence) {
    this.plan = plan;
    this.examinations = examinations;
    this.reporter = reporter;
    this.store = store;
    this.silence = silence;
  }

  @Override
  public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> client) {
    ListTasksResponse.Builder tasks = ListTasksResponse.newBuilder();
    for (Exam exam : examinations.exams()) {
      tasks.addTasks(
          TaskInfo.newBuilder()
              .setTask(exam.task())
              .setKind(exam.kind())
              .setQuestions(exam.items().size())
              .setDataDigest(exam.dataDigest())
              .addAllProtocols(exam.protocols())
              .setLicence(exam.licence())
              .setOrigin(exam.origin()));
    }
    client.onNext(tasks.build());
    client.onCompleted();
  }

  @Override
  public StreamObserver<EvaluateRequest> evaluate(StreamObserver<EvaluateResponse> response) {
    ServerCallStreamObserver<EvaluateResponse> client =
        (ServerCallStreamObserver<EvaluateResponse>) response;
    Mailbox mailbox = new Mailbox(client);
    EvaluationSession session =
        new EvaluationSession(client, mailbox, examinations, reporter, silence);
    sessions.add(session);
    Thread.ofVirtual()
        .name("evaluation")
        .start(
            () -> {
              try {
                session.run();
              } finally {
                sessions.remove(session);
              }
            });
    return mailbox;
  }

  @Override
  public void listReports(ListReportsRequest request, StreamObserver<ListReportsResponse> client) {
    if (!request.getNamespace().equals(plan.getNamespace())
        || !request.getRun().equals(plan.getName())) {
      String message =
          "this evaluator has the reports of %s/%s only"
              .formatted(plan.getNamespace(), plan.getName());
      client.onError(Status.NOT_FOUND.withDescription(message).asRuntimeException());
      return;
    }
    try {
      ListReportsResponse.Builder reports = ListReportsResponse.newBuilder();
      store.reports().stream()
          .filter(document -> document.isOf(plan))
          .map(ReportDocument::report)
          .forEach(reports::addReports);
      client.onNext(reports.build());
      client.onCompleted();
    } catch (StoreException e) {
      client.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
    }
  }

  /** Ends every stream and waits until each has let go of its files. */
  void drain() throws InterruptedException {
    for (EvaluationSession session : sessions) {
      session.stop(
          Status.UNAVAILABLE.withDescription(
              "the evaluator is stopping; stored answers stay, open the stream again"));
    }
    for (EvaluationSession session : sessions) {
      session.awaitEnd();
    }
  }
}
