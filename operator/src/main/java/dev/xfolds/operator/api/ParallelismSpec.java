package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** Data-parallel training. */
public record ParallelismSpec(
    @JsonPropertyDescription(
            "Processes that train together, a pod each with one rank; each passes batchSize / gradientAccumulation / workers samples through at once, so that batchSize must be a multiple of workers x gradientAccumulation. The loss is that of the whole batch. Default: 1.")
        @Min(1)
        @Max(64)
        Integer workers,
    @JsonPropertyDescription(
            "none: optimizer state and gradients are whole on every rank. Default: none.")
        Sharding sharding) {}
