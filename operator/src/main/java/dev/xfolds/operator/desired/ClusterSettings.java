package dev.xfolds.operator.desired;

import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the cluster and the pods' part of a TrainingRun add to a plan.
 *
 * @param operatorNamespace where the operator's pods run; only they may ask for progress and
 *     reports
 * @param trainerImage image whose {@code /opt/xfolds/bin/trainer} is a rank
 * @param evaluatorImage image whose {@code /opt/xfolds/bin/evaluator} is the evaluator
 * @param evaluatorClaim PersistentVolumeClaim of the evaluator's volume
 * @param user numeric user and file-system group of the pods; empty on OpenShift, which sets them
 *     itself
 */
public record ClusterSettings(
    String operatorNamespace,
    String trainerImage,
    String evaluatorImage,
    String evaluatorClaim,
    OptionalLong user,
    PodResources trainer,
    PodResources evaluator,
    List<String> imagePullSecrets,
    Map<String, String> nodeSelector,
    List<Toleration> tolerations) {
  public ClusterSettings {
    imagePullSecrets = List.copyOf(imagePullSecrets);
    nodeSelector = Map.copyOf(nodeSelector);
    tolerations = List.copyOf(tolerations);
  }

  /**
   * The settings of {@code ./xfolds run}: images are modules of this repository, claims are
   * folders.
   */
  public static ClusterSettings ofOneMachine() {
    return new ClusterSettings(
        "xfolds-system",
        "xfolds/trainer:local",
        "xfolds/evaluator:local",
        "xfolds-evaluator",
        OptionalLong.empty(),
        new PodResources("", "", 0, ""),
        new PodResources("", "2Gi", 0, ""),
        List.of(),
        Map.of(),
        List.of());
  }

  /** The same with other resources of the trainer. */
  public ClusterSettings withTrainer(PodResources resources) {
    return new ClusterSettings(
        operatorNamespace,
        trainerImage,
        evaluatorImage,
        evaluatorClaim,
        user,
        resources,
        evaluator,
        imagePullSecrets,
        nodeSelector,
        tolerations);
  }
}
