package dev.xfolds.operator.manifests;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.desired.DesiredState;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.desired.RunObjects;
import dev.xfolds.operator.desired.TrainerJob;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;

/** A run's objects as the operator makes them. */
final class RunPods {
  static final ClusterSettings SETTINGS = ClusterSettings.ofOneMachine();

  private RunPods() {}

  static RunObjects objects(RunPlan plan) {
    return DesiredState.of(plan, Plans.CERTIFICATES, SETTINGS);
  }

  static Pod evaluator(RunPlan plan) {
    return objects(plan).evaluator().orElseThrow();
  }

  static PodTemplateSpec trainer(RunPlan plan) {
    return TrainerJob.of(plan, SETTINGS, 1, 1).getSpec().getTemplate();
  }
}
