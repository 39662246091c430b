package dev.xfolds.operator.scale;

import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The runs' pods at one moment.
 *
 * @param owners by the uid of each pod: whose it is
 */
record PodCensus(Map<String, Owner> owners) {
  PodCensus {
    owners = Map.copyOf(owners);
  }

  /** A run's trainer or its evaluator; each has one pod. */
  record Owner(String namespace, String run, String component) {}

  static PodCensus of(KubernetesClient client) {
    return new PodCensus(
        client
            .pods()
            .inAnyNamespace()
            .withLabel(RunNames.MANAGED_BY_LABEL, RunNames.MANAGER)
            .list()
            .getItems()
            .stream()
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
            .collect(Collectors.toMap(pod -> pod.getMetadata().getUid(), PodCensus::owner)));
  }

  int pods() {
    return owners.size();
  }

  /** Pods that are not there any more. */
  int lostUntil(PodCensus later) {
    return without(owners.keySet(), later.owners.keySet());
  }

  /** Pods that were not there before; nothing asked for any. */
  int madeUntil(PodCensus later) {
    return without(later.owners.keySet(), owners.keySet());
  }

  /** Pods beyond the one that each owner has. */
  int doubled() {
    return owners.size() - Set.copyOf(owners.values()).size();
  }

  private static int without(Set<String> some, Set<String> others) {
    Set<String> rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest.size();
  }

  private static Owner owner(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    return new Owner(
        pod.getMetadata().getNamespace(),
        labels.get(RunNames.RUN_LABEL),
        labels.get(RunNames.COMPONENT_LABEL));
  }
}
