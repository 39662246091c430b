package dev.xfolds.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ListReportsRequest;
import dev.xfolds.contract.v1.ListTasksRequest;
import dev.xfolds.contract.v1.RunPlan;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call what, and how the server starts. */
class MutualTlsIT {

  private static final ListReportsRequest REPORTS =
      ListReportsRequest.newBuilder().setNamespace("default").setRun("demo").build();

  @TempDir Path folder;

  private static void assertDenied(Status status, String... parts) {
    assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(status.getDescription()).contains(parts);
  }

  @Test
  void commonNameDecidesWhoMayCallWhat() throws IOException {
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(2));
        TestClient trainer = evaluator.trainer();
        TestClient operator = evaluator.operator()) {
      assertThat(trainer.blocking().listTasks(ListTasksRequest.getDefaultInstance()).getTasksList())
          .singleElement()
          .satisfies(task -> assertThat(task.getTask()).isEqualTo("greys@1"))
          .satisfies(task -> assertThat(task.getQuestions()).isEqualTo(4))
          .satisfies(task -> assertThat(task.getProtocolsList()).contains("exact", "lenient"));
      assertThat(operator.blocking().listReports(REPORTS).getReportsList()).isEmpty();
      assertDenied(
          statusOf(() -> trainer.blocking().listReports(REPORTS)),
          "ListReports",
          "for the common name \"operator\", the caller is \"trainer\"");
      assertDenied(
          statusOf(() -> operator.blocking().listTasks(ListTasksRequest.getDefaultInstance())),
          "ListTasks");
      assertDenied(
          operator.begin(TestClient.hello(TestExams.TASK, "exact").build()).end(), "Evaluate");
    }
  }

  @Test
  void certificateOfAnotherAuthorityIsRefused() throws IOException {
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(2))) {
      Path stranger = new TestAuthority().issue("trainer", folder.resolve("stranger"));
      Files.copy(
          folder.resolve("tls/trainer/ca.crt"),
          stranger.resolve("ca.crt"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      try (TestClient client = new TestClient(evaluator.server().port(), stranger)) {
        assertThat(
                statusOf(() -> client.blocking().listTasks(ListTasksRequest.getDefaultInstance()))
                    .getCode())
            .isEqualTo(Status.Code.UNAVAILABLE);
      }
    }
  }

  @Test
  void replacedCertificatesAreTakenWithoutARestart() throws IOException {
    TestAuthority next = new TestAuthority();
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(2))) {
      next.issue("evaluator", folder.resolve("tls/evaluator"));
      Path trainer = next.issue("trainer", folder.resolve("next"));
      long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
      while (!accepted(evaluator, trainer)) {
        assertThat(System.nanoTime()).as("the new certificates are taken").isLessThan(deadline);
      }
    }
  }

  private static boolean accepted(TestEvaluator evaluator, Path tls) throws IOException {
    try (TestClient client = new TestClient(evaluator.server().port(), tls)) {
      client.blocking().listTasks(ListTasksRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  @Test
  void healthEndpointsAnswer() throws IOException, InterruptedException {
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(2));
        HttpClient http = HttpClient.newHttpClient()) {
      assertThat(get(http, evaluator, "/livez")).isEqualTo(200);
      assertThat(get(http, evaluator, "/readyz")).isEqualTo(200);
      assertThat(get(http, evaluator, "/readyz/more")).isEqualTo(404);
      assertThat(get(http, evaluator, "/")).isEqualTo(404);
    }
  }

  private static int get(HttpClient http, TestEvaluator evaluator, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + evaluator.server().healthPort() + path);
    return http.send(
            HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void healthEndpointIsNotReadyUntilTheServiceIs() throws IOException, InterruptedException {
    try (HealthEndpoints health = new HealthEndpoints(0, () -> false);
        HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + health.port() + "/readyz");
      assertThat(
              http.send(
                      HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                      HttpResponse.BodyHandlers.discarding())
                  .statusCode())
          .isEqualTo(503);
    }
  }

  @Test
  void portInUseIsNamed() throws IOException {
    Path tls = new TestAuthority().issue("evaluator", folder.resolve("tls"));
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> start(tls, port, 0))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("--port " + port + " is in use");
      assertThatThrownBy(() -> start(tls, 0, port))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("--health-port " + port + " is in use");
    }
  }

  @Test
  void missingCertificateIsNamed() throws IOException {
    Path tls = new TestAuthority().issue("evaluator", folder.resolve("tls"));
    Files.delete(tls.resolve("tls.key"));
    assertThatThrownBy(() -> start(tls, 0, 0))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("tls.key cannot be read");
  }

  private void start(Path tls, int port, int healthPort) {
    EvaluatorServer.Settings settings =
        new EvaluatorServer.Settings(
            tls,
            Map.of(),
            folder.resolve("store"),
            port,
            healthPort,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5));
    RunPlan plan = RunPlan.newBuilder().setNamespace("default").setName("demo").build();
    EvaluatorServer.start(plan, List::of, settings, Clock.systemUTC(), new SecureRandom()).close();
  }

  private static Status statusOf(Runnable call) {
    try {
      call.run();
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }
}
