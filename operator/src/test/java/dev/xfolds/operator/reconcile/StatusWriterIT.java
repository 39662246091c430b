package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Status of a run in an API server that compares resource versions, as the real one does. */
final class StatusWriterIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH =
      "/apis/xfolds.dev/v1alpha1/namespaces/team/trainingruns/a/status";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private String uid = "mine";
  private int version = 7;
  private String state = "Running";

  /** Somebody changes spec before each of so many writes. */
  private int edits;

  private int answer = 200;
  private PretendedApi api;
  private StatusWriter writer;

  @BeforeEach
  void start() throws IOException {
    api = PretendedApi.of(this::answer);
    writer = new StatusWriter(api.client());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
      boolean applies =
          exchange.getRequestHeaders().getFirst("Content-Type").contains("apply-patch");
      asked.add(
          "%s %s %s"
              .formatted(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().getPath().equals(PATH) ? "status" : "elsewhere",
                  applies ? body.at("/metadata/resourceVersion").asText() : "looks"));
      if (applies && edits > 0) {
        edits--;
        version++;
      }
      boolean same = body.at("/metadata/resourceVersion").asInt() == version;
      int code = answer != 200 ? answer : applies && !same ? 409 : 200;
      if (code == 200 && applies) {
        version++;
        state = body.at("/status/state").asText();
      }
      byte[] text =
          (code == 200
                  ? """
                    {"apiVersion":"xfolds.dev/v1alpha1","kind":"TrainingRun",
                     "metadata":{"namespace":"team","name":"a","uid":"%s","resourceVersion":"%d"},
                     "status":{"state":"%s"}}"""
                      .formatted(uid, version, state)
                  : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":%d}".formatted(code))
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(code, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private static TrainingRunStatus status(String state) {
    return new TrainingRunStatus(
        null, null, state, List.of(), List.of(), null, null, null, null, List.of(), List.of(),
        null);
  }

  private boolean write() {
    TrainingRun seen = new TrainingRun();
    seen.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("team")
            .withName("a")
            .withUid("mine")
            .withResourceVersion("7")
            .build());
    seen.setStatus(status("Running"));
    return writer.write(seen, status("Suspended"));
  }

  @Test
  void statusThatIsAsItWasSeenIsWrittenAtOnce() {
    assertThat(write()).isTrue();
    assertThat(state).isEqualTo("Suspended");
    assertThat(asked).containsExactly("PATCH status 7");
  }

  /** An operator that was paused for longer than its lease would undo the end of the run. */
  @Test
  void endThatAnotherOperatorWroteStays() {
    state = "Complete";
    version = 9;
    assertThat(write()).isFalse();
    assertThat(state).isEqualTo("Complete");
    assertThat(asked).containsExactly("PATCH status 7", "PATCH status looks");
  }

  @Test
  void anotherRunOfItsNameKeepsItsOwn() {
    uid = "other";
    version = 9;
    assertThat(write()).isFalse();
    assertThat(state).isEqualTo("Running");
  }

  @Test
  void whoeverEditsSpecOftenDoesNotKeepStatusFromBeingWritten() {
    edits = 2;
    assertThat(write()).isTrue();
    assertThat(state).isEqualTo("Suspended");
    assertThat(asked)
        .containsExactly(
            "PATCH status 7",
            "PATCH status looks",
            "PATCH status 8",
            "PATCH status looks",
            "PATCH status 9");
  }

  @Test
  void runThatIsGoneIsNoFault() {
    answer = 404;
    assertThat(write()).isFalse();
  }

  @Test
  void anyOtherRefusalIsAFault() {
    answer = 422;
    assertThatThrownBy(this::write).isInstanceOf(KubernetesClientException.class);
  }
}
