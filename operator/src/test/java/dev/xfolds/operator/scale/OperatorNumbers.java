package dev.xfolds.operator.scale;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What an operator's process says of itself at /metrics. */
final class OperatorNumbers {
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);
  private static final String PASSES = "xfolds_operator_reconcile_seconds";

  private final URI metrics;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TO_ANSWER).build();

  OperatorNumbers(int port) {
    this.metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
  }

  /** Whether it leads; one that does not answer (yet) does not. */
  boolean leads() {
    return text()
        .filter(text -> Scrape.sum(text, "xfolds_operator_leader", Map.of()) == 1)
        .isPresent();
  }

  Passes passes() {
    String text = text().orElseThrow(() -> new ScaleException("no answer from " + metrics));
    return new Passes(
        Scrape.sum(text, PASSES + "_count", Map.of()),
        Scrape.sum(text, PASSES + "_count", Map.of("result", "error")),
        Scrape.sum(text, PASSES + "_sum", Map.of()));
  }

  /**
   * Passes over runs since the process began.
   *
   * @param failed those that threw; count has them too
   * @param seconds that all took together
   */
  record Passes(double count, double failed, double seconds) {
    Passes since(Passes before) {
      return new Passes(count - before.count, failed - before.failed, seconds - before.seconds);
    }

    double meanSeconds() {
      return count == 0 ? 0 : seconds / count;
    }
  }

  private Optional<String> text() {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(metrics).timeout(TO_ANSWER).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ScaleException("interrupted", e);
    }
  }
}
