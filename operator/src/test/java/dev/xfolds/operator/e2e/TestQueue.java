package dev.xfolds.operator.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** A queue that admits one trainer Job at a time, of one namespace. It admits none at first. */
interface TestQueue extends AutoCloseable {
  /** Name of the LocalQueue. */
  String QUEUE = "gpus";

  ResourceDefinitionContext WORKLOAD =
      new ResourceDefinitionContext.Builder()
          .withGroup("kueue.x-k8s.io")
          .withVersion("v1beta1")
          .withKind("Workload")
          .withPlural("workloads")
          .withNamespaced(true)
          .build();

  /** Admits from now on, by creation time. */
  void open();

  /** Takes the admitted Job's hardware back, and admits none until it is opened again. */
  void preempt();

  /** The Workload of a Job. */
  GenericKubernetesResource workload(String job);

  /** How its words begin for a Job that waits. */
  String waiting();

  /** How they begin for one whose hardware was taken back. */
  String taken();

  @Override
  void close();
}
