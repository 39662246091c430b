package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** How far training is. */
public record ProgressStatus(
    @JsonPropertyDescription("Optimizer steps done.") Long step,
    @JsonPropertyDescription("Optimizer steps of the run.") Long total,
    @JsonPropertyDescription("Decimal.") @Size(max = 24) String samplesPerSecond,
    @JsonPropertyDescription("Until the last step.") Long etaSeconds,
    @JsonPropertyDescription(
            "RFC 3339: when the trainer said so last. Absent while it answers; the rates are absent when it does not.")
        @Size(max = 40)
        String heardAt) {}
