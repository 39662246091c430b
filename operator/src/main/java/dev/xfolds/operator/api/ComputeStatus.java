package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** What the run has cost. */
public record ComputeStatus(
    @JsonPropertyDescription(
            "Device-seconds of training steps over all attempts; processor-seconds without GPUs.")
        @Size(max = 24)
        String gpuSeconds,
    @JsonPropertyDescription("Device-seconds at the peak of the precision.") @Size(max = 24)
        String peakPfDays,
    @JsonPropertyDescription(
            "FLOPs of the model for the samples seen; cached image features as if computed.")
        @Size(max = 24)
        String countedPfDays,
    @JsonPropertyDescription(
            "The same for steps that no checkpoint kept, because their attempt died first: they"
                + " were computed again. Part of what budget.maxPfDays limits.")
        @Size(max = 24)
        String lostPfDays,
    @JsonPropertyDescription("counted and lost by peak; absent where image features are cached.")
        @Size(max = 24)
        String mfu,
    @JsonPropertyDescription("That the peak is of.") Precision precision,
    @JsonPropertyDescription("Device and peak that were assumed.") @Size(max = 512)
        String assumptions) {}
