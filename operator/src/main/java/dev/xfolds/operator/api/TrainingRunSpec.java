package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What a user asks for. */
@ValidationRule(
    value = "self.model == oldSelf.model",
    message = "model cannot change; make a new TrainingRun")
@ValidationRule(
    value = "has(self.data) == has(oldSelf.data) && (!has(self.data) || self.data == oldSelf.data)",
    message = "data cannot change; make a new TrainingRun")
@ValidationRule(
    value =
        "has(self.initFrom) == has(oldSelf.initFrom) && (!has(self.initFrom) || self.initFrom == oldSelf.initFrom)",
    message = "initFrom cannot change; make a new TrainingRun")
@ValidationRule(
    value =
        "has(self.training) == has(oldSelf.training) && (!has(self.training) || self.training == oldSelf.training)",
    message = "training cannot change; make a new TrainingRun")
@ValidationRule(
    value =
        "has(self.validation) == has(oldSelf.validation) && (!has(self.validation) || self.validation == oldSelf.validation)",
    message = "validation cannot change; make a new TrainingRun")
@ValidationRule(
    value =
        "has(self.parallelism) == has(oldSelf.parallelism) && (!has(self.parallelism) || self.parallelism == oldSelf.parallelism)",
    message = "parallelism cannot change; make a new TrainingRun")
@ValidationRule(
    value =
        "has(self.resources) == has(oldSelf.resources) && (!has(self.resources) || self.resources == oldSelf.resources)",
    message = "resources cannot change; make a new TrainingRun")
@ValidationRule(
    value = "has(self.pods) == has(oldSelf.pods) && (!has(self.pods) || self.pods == oldSelf.pods)",
    message = "pods cannot change; make a new TrainingRun")
@ValidationRule(
    value =
        "has(self.evaluation) == has(oldSelf.evaluation) && (!has(self.evaluation) || self.evaluation == oldSelf.evaluation)",
    message = "evaluation cannot change; make a new TrainingRun")
@ValidationRule(
    value =
        "has(self.checkpoint) == has(oldSelf.checkpoint) && (!has(self.checkpoint) || self.checkpoint == oldSelf.checkpoint)",
    message = "checkpoint cannot change; make a new TrainingRun")
@ValidationRule(
    value =
        "has(self.failurePolicy) == has(oldSelf.failurePolicy) && (!has(self.failurePolicy) || self.failurePolicy == oldSelf.failurePolicy)",
    message = "failurePolicy cannot change; make a new TrainingRun")
@ValidationRule(
    value =
        "!has(self.budget) || !has(self.budget.deadlineSeconds) || (has(oldSelf.budget) && has(oldSelf.budget.deadlineSeconds) && self.budget.deadlineSeconds >= oldSelf.budget.deadlineSeconds)",
    message = "budget.deadlineSeconds may be raised or removed, not lowered or added")
@ValidationRule(
    value =
        "!has(self.budget) || !has(self.budget.maxPfDays) || (has(oldSelf.budget) && has(oldSelf.budget.maxPfDays) && double(self.budget.maxPfDays) >= double(oldSelf.budget.maxPfDays))",
    message = "budget.maxPfDays may be raised or removed, not lowered or added")
@ValidationRule(
    value =
        "(has(self.scheduling) && has(self.scheduling.queue) ? self.scheduling.queue : '') == (has(oldSelf.scheduling) && has(oldSelf.scheduling.queue) ? oldSelf.scheduling.queue : '')",
    message = "scheduling.queue cannot change; make a new TrainingRun")
@ValidationRule(
    value = "!has(self.training) || (has(self.data) && size(self.data) > 0)",
    message = "training needs at least one entry in data")
public record TrainingRunSpec(
    @JsonPropertyDescription("Exactly one model.") @Required ModelSpec model,
    @JsonPropertyDescription("Default: random weights.") InitFromSpec initFrom,
    @JsonPropertyDescription("Training data.") @Size(max = 16) List<DataSpec> data,
    @JsonPropertyDescription("Absent: evaluate only.") TrainingSpec training,
    @JsonPropertyDescription("Absent: the last checkpoint is the best one.")
        ValidationSpec validation,
    @JsonPropertyDescription("Several processes that train together. Default: one.")
        ParallelismSpec parallelism,
    @JsonPropertyDescription("Hardware.") ResourcesSpec resources,
    @JsonPropertyDescription("Images and placement.") PodsSpec pods,
    @JsonPropertyDescription("Benchmarks.") @Size(max = 16) List<EvaluationSpec> evaluation,
    @JsonPropertyDescription("When and where checkpoints are written.") CheckpointSpec checkpoint,
    @JsonPropertyDescription(
            "When the run may use its hardware. May change at any time, but for the queue.")
        SchedulingSpec scheduling,
    @JsonPropertyDescription("What follows when a trainer fails.") FailurePolicySpec failurePolicy,
    @JsonPropertyDescription("What the run may cost.") BudgetSpec budget,
    @JsonPropertyDescription(
            "Once the run is complete or has failed: after this the objects that it had are deleted. The TrainingRun, its status and its volumes stay. Absent: they stay too. May change at any time.")
        @Min(0)
        @Max(315360000)
        Integer ttlSecondsAfterFinished) {

  /** Absent collections are empty. */
  public TrainingRunSpec {
    data = Lists.copy(data);
    evaluation = Lists.copy(evaluation);
  }
}
