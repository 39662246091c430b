package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What is the case. */
public record TrainingRunStatus(
    @JsonPropertyDescription("Generation of the spec that this is about.") Long observedGeneration,
    @JsonPropertyDescription("clip or vqaClassifier.") @Size(max = 20) String model,
    @JsonPropertyDescription(
            "Waiting, Pending, Running, Evaluating, Suspended, Complete or Failed: the conditions in a word.")
        @Size(max = 20)
        String state,
    @JsonPropertyDescription("By type.") @Size(max = 16) List<Condition> conditions,
    @JsonPropertyDescription("The latest 20.") @Size(max = 20) List<AttemptStatus> attempts,
    @JsonPropertyDescription("All attempts.") Integer attemptCount,
    @JsonPropertyDescription("Attempts that failed and were followed by another one.")
        Integer restartCount,
    @JsonPropertyDescription("Number of the newest trainer Job.") Integer jobCount,
    @JsonPropertyDescription("How far training is.") ProgressStatus progress,
    @JsonPropertyDescription("The latest values.") @Size(max = 16) List<MetricStatus> metrics,
    @JsonPropertyDescription("The latest and the best of each task.") @Size(max = 64)
        List<EvaluationStatus> evaluations,
    @JsonPropertyDescription("What the run has cost.") ComputeStatus compute) {

  /** Absent collections are empty. */
  public TrainingRunStatus {
    conditions = Lists.copy(conditions);
    attempts = Lists.copy(attempts);
    metrics = Lists.copy(metrics);
    evaluations = Lists.copy(evaluations);
  }
}
