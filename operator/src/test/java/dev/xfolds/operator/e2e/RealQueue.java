package dev.xfolds.operator.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Kueue, with a quota for one trainer. A rival of higher priority, whose pod never starts, holds
 * the quota until the queue is opened, and takes it back by preemption.
 */
final class RealQueue implements TestQueue {
  private static final String RIVAL = "rival";

  private final KubernetesClient client;
  private final String namespace;

  RealQueue(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    apply(
        """
        apiVersion: kueue.x-k8s.io/v1beta1
        kind: ResourceFlavor
        metadata: {name: %1$s}
        spec: {nodeLabels: {kubernetes.io/os: linux}}
        ---
        apiVersion: kueue.x-k8s.io/v1beta1
        kind: WorkloadPriorityClass
        metadata: {name: %1$s}
        value: 1000
        ---
        apiVersion: kueue.x-k8s.io/v1beta1
        kind: ClusterQueue
        metadata: {name: %1$s}
        spec:
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
          preemption: {withinClusterQueue: LowerPriority}
          resourceGroups:
            - coveredResources: [cpu, memory]
              flavors:
                - name: %1$s
                  resources:
                    - {name: cpu, nominalQuota: 700m}
                    - {name: memory, nominalQuota: 4Gi}
        ---
        apiVersion: kueue.x-k8s.io/v1beta1
        kind: LocalQueue
        metadata: {name: %2$s, namespace: %1$s}
        spec: {clusterQueue: %1$s}
        """
            .formatted(namespace, QUEUE));
    preempt();
  }

  @Override
  public void open() {
    client.resources(Job.class).inNamespace(namespace).withName(RIVAL).delete();
  }

  @Override
  public void preempt() {
    apply(
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: %2$s
          namespace: %1$s
          labels: {kueue.x-k8s.io/queue-name: %3$s, kueue.x-k8s.io/priority-class: %1$s}
        spec:
          suspend: true
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: rival
                  image: localhost/nobody/has:this
                  imagePullPolicy: Never
                  resources: {requests: {cpu: 500m, memory: 1Mi}}
        """
            .formatted(namespace, RIVAL, QUEUE));
  }

  @Override
  public GenericKubernetesResource workload(String job) {
    return workloads().inNamespace(namespace).list().getItems().stream()
        .filter(
            one ->
                one.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getName().equals(job)))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String waiting() {
    return "couldn't assign flavors";
  }

  /** It queues again at once. */
  @Override
  public String taken() {
    return waiting();
  }

  @Override
  public void close() {
    open();
    for (String kind : List.of("ClusterQueue", "ResourceFlavor", "WorkloadPriorityClass")) {
      client
          .genericKubernetesResources("kueue.x-k8s.io/v1beta1", kind)
          .withName(namespace)
          .delete();
    }
  }

  private void apply(String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).serverSideApply();
  }

  private MixedOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      workloads() {
    return client.genericKubernetesResources(WORKLOAD);
  }
}
