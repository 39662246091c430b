package dev.xfolds.operator.scale;

import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.Map;

/**
 * How many objects of each kind there are.
 *
 * @param counts by kind
 */
record ObjectCounts(Map<Kinds.Kind, Long> counts) {
  ObjectCounts {
    counts = Map.copyOf(counts);
  }

  static ObjectCounts of(KubernetesClient client, String namespace) {
    Map<Kinds.Kind, Long> counts = new HashMap<>();
    Kinds.ALL.forEach(kind -> counts.put(kind, count(client, namespace, kind)));
    return new ObjectCounts(counts);
  }

  /** These, and so many more of each as there are in a run. */
  ObjectCounts plus(Map<Kinds.Kind, Long> ofOne, int runs) {
    Map<Kinds.Kind, Long> sum = new HashMap<>(counts);
    ofOne.forEach((kind, each) -> sum.merge(kind, each * runs, Long::sum));
    return new ObjectCounts(sum);
  }

  boolean reaches(ObjectCounts wanted) {
    return wanted.counts.entrySet().stream()
        .allMatch(one -> counts.getOrDefault(one.getKey(), 0L) >= one.getValue());
  }

  /** Asks for one object and is told how many are left: cheap, however many there are. */
  private static long count(KubernetesClient client, String namespace, Kinds.Kind kind) {
    GenericKubernetesResourceList one =
        Serialization.unmarshal(
            client.raw(kind.path(namespace) + "?limit=1"), GenericKubernetesResourceList.class);
    Long rest = one.getMetadata().getRemainingItemCount();
    return one.getItems().size() + (rest == null ? 0 : rest);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    Kinds.ALL.forEach(
        kind ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(counts.getOrDefault(kind, 0L))
                .append(' ')
                .append(kind.plural()));
    return text.toString();
  }
}
