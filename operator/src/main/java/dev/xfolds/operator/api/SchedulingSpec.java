package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** When the run may use its hardware. */
public record SchedulingSpec(
    @JsonPropertyDescription(
            "true: the run writes a checkpoint, frees its hardware and waits until this is false again.")
        Boolean suspend) {}
