package dev.xfolds.operator.reconcile;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * Reads objects of the API server without {@code metadata.managedFields}: nothing here looks at
 * them, and in the caches of thousands of runs they would take more memory than all the rest.
 */
final class LeanObjects {
  private LeanObjects() {}

  @JsonIgnoreProperties("managedFields")
  private abstract static class WithoutManagedFields {}

  static KubernetesSerialization serialization() {
    return new KubernetesSerialization(
        new ObjectMapper().addMixIn(ObjectMeta.class, WithoutManagedFields.class), true);
  }
}
