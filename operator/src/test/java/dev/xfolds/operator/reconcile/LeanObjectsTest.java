package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.TrainingRun;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

final class LeanObjectsTest {
  private static final String METADATA =
      """
      "metadata":{"name":"a","namespace":"team","uid":"u","resourceVersion":"7","labels":{"b":"c"},
       "managedFields":[{"manager":"kubectl","operation":"Update","fieldsV1":{"f:spec":{"f:training":{}}}}]}""";

  private final KubernetesSerialization serialization = LeanObjects.serialization();

  @Test
  void objectsLoseNothingButTheirManagedFields() {
    TrainingRun run =
        serialization.unmarshal(
            """
            {"apiVersion":"xfolds.dev/v1alpha1","kind":"TrainingRun",%s,
             "spec":{"budget":{"deadlineSeconds":60}}}"""
                .formatted(METADATA),
            TrainingRun.class);
    assertThat(run.getMetadata().getManagedFields()).isEmpty();
    assertThat(run.getMetadata().getUid()).isEqualTo("u");
    assertThat(run.getMetadata().getLabels()).containsEntry("b", "c");
    assertThat(run.getSpec().budget().deadlineSeconds()).isEqualTo(60);
    assertThat(serialization.asJson(run)).doesNotContain("managedFields").contains("60");
    Pod pod =
        serialization.unmarshal(
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",%s,\"spec\":{\"nodeName\":\"n\"}}"
                .formatted(METADATA),
            Pod.class);
    assertThat(pod.getMetadata().getManagedFields()).isEmpty();
    assertThat(pod.getSpec().getNodeName()).isEqualTo("n");
    GenericKubernetesResource any =
        serialization.unmarshal(
            "{\"apiVersion\":\"a/v1\",\"kind\":\"Any\",%s}".formatted(METADATA),
            GenericKubernetesResource.class);
    assertThat(any.getMetadata().getManagedFields()).isEmpty();
    assertThat(any.getMetadata().getAdditionalProperties()).isEmpty();
    assertThat(any.getMetadata().getResourceVersion()).isEqualTo("7");
  }
}
