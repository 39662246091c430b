package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of an API server that knows one object, of the run with uid mine. */
final class DeletionsIT {
  private static final RunNames MINE = new RunNames("team", "a", "mine");
  private static final RunNames OTHER = new RunNames("team", "a", "other");
  private static final Pod POD =
      new PodBuilder()
          .withNewMetadata()
          .withNamespace("team")
          .withName("a-evaluator")
          .withUid("pod-1")
          .endMetadata()
          .build();

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private int patchAnswer = 200;
  private int deleteAnswer = 200;
  private PretendedApi api;
  private Deletions deletions;

  @BeforeEach
  void start() throws IOException {
    api = PretendedApi.of(this::answer);
    deletions = new Deletions(api.client());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      String body =
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
              .replaceAll("\\s", "");
      asked.add(method + " " + exchange.getRequestURI().getPath() + " " + body);
      byte[] object =
          """
          {"apiVersion":"v1","kind":"Any","metadata":{"namespace":"team","name":"a-trainer","uid":"object-1",
           "ownerReferences":[{"apiVersion":"xfolds.dev/v1alpha1","kind":"TrainingRun","name":"a","uid":"mine"}]}}"""
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(
          method.equals("DELETE") ? deleteAnswer : patchAnswer, object.length);
      exchange.getResponseBody().write(object);
    }
  }

  @Test
  void objectOfTheRunIsDeletedByItsOwnUidAndNeverRead() {
    deletions.ofRun(MINE, Service.class, "a-trainer");
    assertThat(asked)
        .containsExactly(
            "PATCH /api/v1/namespaces/team/services/a-trainer {}",
            """
            DELETE /api/v1/namespaces/team/services/a-trainer {"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"object-1"},"propagationPolicy":"Background"}""");
  }

  @Test
  void objectOfARunThatTookTheNameIsLeftAlone() {
    deletions.ofRun(OTHER, NetworkPolicy.class, "a-trainer");
    assertThat(asked)
        .containsExactly(
            "PATCH /apis/networking.k8s.io/v1/namespaces/team/networkpolicies/a-trainer {}");
  }

  @Test
  void objectThatIsGoneIsNoFault() {
    patchAnswer = 404;
    deletions.ofRun(MINE, Service.class, "a-trainer");
    assertThat(asked).hasSize(1);
  }

  @Test
  void objectThatAnotherReplacedMeanwhileIsLeftAlone() {
    deleteAnswer = 409;
    deletions.ofRun(MINE, Service.class, "a-trainer");
    assertThat(asked).hasSize(2);
  }

  @Test
  void podIsDeletedByItsUid() {
    deletions.exactly(POD);
    deletions.now(POD);
    assertThat(asked)
        .containsExactly(
            """
            DELETE /api/v1/namespaces/team/pods/a-evaluator {"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"pod-1"},"propagationPolicy":"Background"}""",
            """
            DELETE /api/v1/namespaces/team/pods/a-evaluator {"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0,"preconditions":{"uid":"pod-1"},"propagationPolicy":"Background"}""");
  }
}
