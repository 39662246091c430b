package dev.xfolds.operator.scale;

import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;

/**
 * An object of one run as flood's template for that of any other: without what the API server and
 * the controllers have added, without an owner, and not marked as the operator's.
 */
record ObjectTemplate(Kinds.Kind kind, String text) {

  /**
   * Takes what was read from the API server.
   *
   * @param run whose object it is; its name must occur in nothing else
   */
  static ObjectTemplate of(Kinds.Kind kind, GenericKubernetesResource object, String run) {
    GenericKubernetesResource fresh =
        Serialization.unmarshal(Serialization.asYaml(object), GenericKubernetesResource.class);
    fresh.setMetadata(metadata(object.getMetadata()));
    fresh.getAdditionalProperties().remove("status");
    if (fresh.get("spec") instanceof Map<?, ?> spec) {
      cleanSpec(spec);
    }
    return new ObjectTemplate(kind, Serialization.asYaml(fresh).replace(run, "run-INDEX"));
  }

  private static ObjectMeta metadata(ObjectMeta seen) {
    return new ObjectMetaBuilder()
        .withName(seen.getName())
        .withLabels(seen.getLabels())
        .addToLabels(RunNames.MANAGED_BY_LABEL, "flood")
        .withAnnotations(seen.getAnnotations())
        .build();
  }

  private static void cleanSpec(Map<?, ?> spec) {
    spec.remove("nodeName");
    spec.remove("clusterIPs");
    if (!"None".equals(spec.get("clusterIP"))) {
      spec.remove("clusterIP");
    }
    if (spec.get("template") instanceof Map<?, ?> template
        && template.get("metadata") instanceof Map<?, ?> metadata
        && metadata.get("labels") instanceof Map<?, ?> labels) {
      spec.remove("selector");
      labels.remove(RunNames.MANAGED_BY_LABEL);
      labels
          .keySet()
          .removeIf(
              key -> key.toString().matches("(batch.kubernetes.io/)?(controller-uid|job-name)"));
    }
  }
}
