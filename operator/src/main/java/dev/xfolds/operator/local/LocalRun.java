package dev.xfolds.operator.local;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.desired.RunNames;

/** A run that is to be done here. */
public record LocalRun(RunPlan plan, ClusterSettings settings) {
  public RunNames names() {
    return RunNames.of(plan);
  }
}
