package dev.xfolds.operator.scale;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What the operator's Deployment gives its pods.
 *
 * @param environment of the ConfigMap, and what has a value of its own
 * @param grace between SIGTERM and SIGKILL
 * @param memoryBytes the limit
 */
record PodSettings(Map<String, String> environment, Duration grace, long memoryBytes) {
  PodSettings {
    environment = Map.copyOf(environment);
  }

  static PodSettings of(KubernetesClient client) {
    PodSpec pod =
        client
            .apps()
            .deployments()
            .inNamespace(Bench.SYSTEM)
            .withName(Bench.OPERATOR)
            .get()
            .getSpec()
            .getTemplate()
            .getSpec();
    Container container = pod.getContainers().getFirst();
    Map<String, String> environment =
        new HashMap<>(
            client.configMaps().inNamespace(Bench.SYSTEM).withName(Bench.OPERATOR).get().getData());
    container.getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .forEach(variable -> environment.put(variable.getName(), variable.getValue()));
    Quantity memory = container.getResources().getLimits().get("memory");
    return new PodSettings(
        environment,
        Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()),
        memory.getNumericalAmount().longValueExact());
  }
}
