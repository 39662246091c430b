package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One condition, as Kubernetes has them. */
public record Condition(
    @JsonPropertyDescription(
            "Accepted, PodsReady, Progressing, Checkpointed, Evaluated, Complete or Failed.")
        @Required
        @Size(max = 40)
        String type,
    @JsonPropertyDescription("True, False or Unknown.")
        @Required
        @Pattern("^(True|False|Unknown)$")
        @Size(max = 10)
        String status,
    @JsonPropertyDescription("One word in CamelCase.") @Size(max = 60) String reason,
    @JsonPropertyDescription("What a user can do.") @Size(max = 4096) String message,
    @JsonPropertyDescription("Generation of the spec that this is about.") Long observedGeneration,
    @JsonPropertyDescription("RFC 3339.") @Size(max = 40) String lastTransitionTime) {}
