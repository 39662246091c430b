package dev.xfolds.trainer.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HealthServerIT {

  private final SettableClock clock = new SettableClock();
  private final RunState state = new RunState(clock);
  private HealthServer server;

  @BeforeEach
  void start() {
    server = HealthServer.start(0, state);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
              .timeout(Duration.ofSeconds(20))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "STARTING, 503",
    "CACHING, 503",
    "TRAINING, 200",
    "VALIDATING, 200",
    "CHECKPOINTING, 200",
    "EVALUATING, 200",
    "FINISHED, 200"
  })
  void trainingAndEvaluatingIsReady(Phase phase, int status)
      throws IOException, InterruptedException {
    state.phase(phase);
    HttpResponse<String> answer = get("/readyz");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(status == 200 ? "ok\n" : "unavailable\n");
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void silenceOfHalfAnHourIsNotAlive() throws IOException, InterruptedException {
    clock.advance(HealthServer.STALLED.minusMillis(1));
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    clock.advance(Duration.ofMillis(1));
    assertThat(get("/livez").statusCode()).isEqualTo(503);
    state.update(p -> p.setQuestionsAnswered(1));
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void nothingElseIsServed() throws IOException, InterruptedException {
    for (String path : new String[] {"/", "/livez/x", "/readyzz", "/metrics"}) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void portInUseIsTheUsersMistake() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> HealthServer.start(port, state))
          .isInstanceOfSatisfying(
              TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
          .hasMessage("--health-port must be a free port, %d is in use".formatted(port));
    }
  }
}
