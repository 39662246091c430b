package dev.xfolds.operator.scale;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A namespace with the claims that runs mount; nothing is behind them. */
record Space(KubernetesClient client, String name) {
  private static final List<String> CLAIMS = List.of("xfolds-runs", "xfolds-evaluator");
  private static final Map<String, Quantity> SIZE = Map.of("storage", new Quantity("5Gi"));
  private static final Duration TO_BIND = Duration.ofSeconds(60);

  static Space make(KubernetesClient client, String name) {
    Space space = new Space(client, name);
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    CLAIMS.forEach(space::makeClaim);
    Await.until(
        TO_BIND,
        () -> CLAIMS.stream().allMatch(space::isBound),
        "the claims of namespace %s are bound".formatted(name));
    return space;
  }

  /**
   * Deletes all that is in it, and waits until it is gone. Runs go first: an operator that still
   * saw them would write into a namespace that takes nothing any more.
   */
  void delete(Duration atMost) {
    Await.until(atMost, this::deleteRuns, "the runs of namespace %s are deleted".formatted(name));
    client.namespaces().withName(name).delete();
    Await.until(
        atMost,
        () -> client.namespaces().withName(name).get() == null,
        "namespace %s is gone".formatted(name));
    CLAIMS.forEach(claim -> client.persistentVolumes().withName(volume(claim)).delete());
  }

  /** Thousands may take longer than the API server gives to one request. */
  private boolean deleteRuns() {
    try {
      client.raw(Kinds.RUN.path(name), "DELETE", null);
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private boolean isBound(String claim) {
    PersistentVolumeClaim found =
        client.persistentVolumeClaims().inNamespace(name).withName(claim).get();
    return found != null
        && found.getStatus() != null
        && "Bound".equals(found.getStatus().getPhase());
  }

  private void makeClaim(String claim) {
    client
        .resource(
            new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(volume(claim))
                .endMetadata()
                .withNewSpec()
                .withCapacity(SIZE)
                .withAccessModes("ReadWriteMany")
                .withNewNfs("/", false, "nowhere.invalid")
                .withNewClaimRef()
                .withNamespace(name)
                .withName(claim)
                .endClaimRef()
                .endSpec()
                .build())
        .create();
    client
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(name)
                .withName(claim)
                .endMetadata()
                .withNewSpec()
                .withStorageClassName("")
                .withVolumeName(volume(claim))
                .withAccessModes("ReadWriteMany")
                .withNewResources()
                .withRequests(SIZE)
                .endResources()
                .endSpec()
                .build())
        .create();
  }

  private String volume(String claim) {
    return name + "-" + claim;
  }
}
