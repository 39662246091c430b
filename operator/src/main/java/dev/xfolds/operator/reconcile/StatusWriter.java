package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the status of a run, if that still is what the pass has seen: an operator that slept
 * through the end of its lease has seen an old one, and a run that another of its name has replaced
 * has none. Changes of the rest, as of spec, do not keep it from being written.
 */
final class StatusWriter {
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(RunNames.MANAGER)
          .withForce(true)
          .build();

  /** It has another resource version, or is gone. */
  private static final Set<Integer> CHANGED =
      Set.of(HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND);

  /** Whoever changes a run more often than it can be read waits for another pass. */
  private static final int TRIES = 3;

  private final KubernetesClient client;

  StatusWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Writes the status that a pass came to.
   *
   * @param seen what the pass began with
   * @return false if somebody has written another status since, or the run is no more
   */
  boolean write(TrainingRun seen, TrainingRunStatus status) {
    String version = seen.getMetadata().getResourceVersion();
    for (int i = 0; i < TRIES; i++) {
      if (apply(seen, version, status)) {
        return true;
      }
      Optional<TrainingRun> there = look(seen).filter(now -> hasTheSameStatus(now, seen));
      if (there.isEmpty()) {
        return false;
      }
      version = there.get().getMetadata().getResourceVersion();
    }
    return false;
  }

  private static boolean hasTheSameStatus(TrainingRun now, TrainingRun seen) {
    return now.getMetadata().getUid().equals(seen.getMetadata().getUid())
        && Objects.equals(now.getStatus(), seen.getStatus());
  }

  private boolean apply(TrainingRun seen, String version, TrainingRunStatus status) {
    TrainingRun patch = named(seen.getMetadata());
    patch.getMetadata().setResourceVersion(version);
    patch.setStatus(status);
    return unlessChanged(patch, APPLY).isPresent();
  }

  /** Reads it by a patch that changes nothing: the operator may list runs, and get none. */
  private Optional<TrainingRun> look(TrainingRun seen) {
    return unlessChanged(named(seen.getMetadata()), Patches.MERGE);
  }

  private Optional<TrainingRun> unlessChanged(TrainingRun patch, PatchContext how) {
    try {
      var status = client.resource(patch).subresource("status");
      return Optional.of(how == Patches.MERGE ? status.patch(how, "{}") : status.patch(how));
    } catch (KubernetesClientException e) {
      if (!CHANGED.contains(e.getCode())) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static TrainingRun named(ObjectMeta run) {
    TrainingRun named = new TrainingRun();
    named.setMetadata(
        new ObjectMetaBuilder().withNamespace(run.getNamespace()).withName(run.getName()).build());
    return named;
  }
}
