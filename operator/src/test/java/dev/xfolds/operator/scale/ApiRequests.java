package dev.xfolds.operator.scale;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Requests as the API server has counted them since it began; a watch counts once.
 *
 * @param ofOperator those of the operator's account
 * @param byKind those of everybody, by verb, resource and subresource
 */
record ApiRequests(double ofOperator, Map<String, Double> byKind) {
  /** That bench/scale has made for this account alone. */
  private static final Map<String, String> FLOW = Map.of("flow_schema", "xfolds-scale-operator");

  ApiRequests {
    byKind = Map.copyOf(byKind);
  }

  static ApiRequests of(KubernetesClient client) {
    return parse(client.raw("/metrics"));
  }

  static ApiRequests parse(String text) {
    return new ApiRequests(
        Scrape.sum(text, "apiserver_flowcontrol_dispatched_requests_total", FLOW),
        Scrape.by(text, "apiserver_request_total", List.of("verb", "resource", "subresource")));
  }

  ApiRequests since(ApiRequests before) {
    Map<String, Double> kinds = new TreeMap<>(byKind);
    kinds.replaceAll((kind, count) -> count - before.byKind.getOrDefault(kind, 0.0));
    return new ApiRequests(ofOperator - before.ofOperator, kinds);
  }

  /** Leaves them in a file, for whoever wants to know what they are. */
  void keep(Bench bench, String section) {
    try {
      Files.writeString(bench.work().resolve("requests-" + section + ".txt"), text());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Most frequent first. */
  String text() {
    return byKind.entrySet().stream()
        .filter(kind -> kind.getValue() > 0)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .map(kind -> "%8.0f %s%n".formatted(kind.getValue(), kind.getKey()))
        .collect(Collectors.joining());
  }
}
