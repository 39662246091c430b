package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** When and where checkpoints are written. */
public record CheckpointSpec(
    @JsonPropertyDescription("Default: 1000.") @Min(1) @Max(100000000) Long everySteps,
    @JsonPropertyDescription("The newest so many, beside the best one. Default: 2.")
        @Min(1)
        @Max(1000)
        Integer keep,
    @JsonPropertyDescription("Volume of the run's folder. Default: xfolds-runs.")
        @Size(min = 1, max = 40)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String volume,
    @JsonPropertyDescription(
            "Time for a last checkpoint when a pod is stopped. Default: from the bytes of a checkpoint.")
        @Min(1)
        @Max(86400)
        Integer graceSeconds) {}
