package dev.xfolds.operator.scale;

import java.util.List;

/** The kinds of object that a run has, in the order in which they are made. */
final class Kinds {
  static final Kind POD = new Kind("v1", "Pod", "pods");
  static final Kind JOB = new Kind("batch/v1", "Job", "jobs");
  static final List<Kind> ALL =
      List.of(
          new Kind("v1", "ConfigMap", "configmaps"),
          new Kind("v1", "Secret", "secrets"),
          new Kind("v1", "Service", "services"),
          new Kind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
          POD,
          JOB);
  static final Kind RUN = new Kind("xfolds.dev/v1alpha1", "TrainingRun", "trainingruns");

  private Kinds() {}

  /** A kind and where its objects are. */
  record Kind(String apiVersion, String name, String plural) {
    String path(String namespace) {
      return "/%s/%s/namespaces/%s/%s"
          .formatted(apiVersion.contains("/") ? "apis" : "api", apiVersion, namespace, plural);
    }
  }
}
