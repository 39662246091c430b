package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

final class ObjectTemplateTest {
  @Test
  void keepsOnlyWhatItsMakerWrote() {
    String text =
        template(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: sample-evaluator
              namespace: scale-sample
              uid: 1-2-3
              resourceVersion: "12"
              ownerReferences: [{apiVersion: a/v1, kind: A, name: sample, uid: 4-5-6}]
              labels: {app.kubernetes.io/managed-by: xfolds-operator, xfolds.dev/run: sample}
            spec:
              clusterIP: 10.96.0.9
              clusterIPs: [10.96.0.9]
              ports: [{port: 1}]
            status: {loadBalancer: {}}
            """);

    assertThat(text)
        .contains("run-INDEX-evaluator", "xfolds.dev/run: \"run-INDEX\"", "port: 1")
        .contains("app.kubernetes.io/managed-by: \"flood\"")
        .doesNotContain("sample", "1-2-3", "4-5-6", "10.96", "status", "resourceVersion");
  }

  @Test
  void headlessServiceStaysHeadless() {
    assertThat(
            template(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: sample}
                spec: {clusterIP: None, clusterIPs: [None]}
                """))
        .contains("clusterIP: \"None\"")
        .doesNotContain("clusterIPs");
  }

  @Test
  void jobsSelectorIsTheControllersToChoose() {
    assertThat(
            template(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: sample-trainer-1}
                spec:
                  selector: {matchLabels: {batch.kubernetes.io/controller-uid: 7-8-9}}
                  template:
                    metadata:
                      labels:
                        batch.kubernetes.io/controller-uid: 7-8-9
                        controller-uid: 7-8-9
                        job-name: sample-trainer-1
                        kept: "yes"
                """))
        .contains("kept: \"yes\"")
        .doesNotContain("7-8-9", "selector", "job-name");
  }

  private static String template(String yaml) {
    return ObjectTemplate.of(
            Kinds.JOB, Serialization.unmarshal(yaml, GenericKubernetesResource.class), "sample")
        .text();
  }
}
