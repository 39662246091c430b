package dev.xfolds.operator.scale;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;

/** Requests of the operator's account, as the API server counts them. */
final class ApiRequests {
  /** That bench/scale has made for this account alone. */
  private static final Map<String, String> FLOW = Map.of("flow_schema", "xfolds-scale-operator");

  private ApiRequests() {}

  /** Since the API server began; a watch counts once. */
  static double ofOperator(KubernetesClient client) {
    return Scrape.sum(
        client.raw("/metrics"), "apiserver_flowcontrol_dispatched_requests_total", FLOW);
  }
}
