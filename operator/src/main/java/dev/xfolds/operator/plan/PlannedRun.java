package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.TrainingRun;
import java.util.List;

/**
 * A run that can start.
 *
 * @param run as the user wrote it
 * @param plan resolved, with its digest
 * @param profile the hardware that the plan is for
 * @param warnings what the user may not have meant
 */
public record PlannedRun(TrainingRun run, RunPlan plan, Profile profile, List<String> warnings) {

  public PlannedRun {
    warnings = List.copyOf(warnings);
  }
}
