package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** A vision transformer. */
public record VitSpec(
    @JsonPropertyDescription(
            "Pixels a side of a patch; divides imageSize. Default: that of the preset.")
        @Min(1)
        @Max(1024)
        Integer patchSize,
    @JsonPropertyDescription("Width of a token; a multiple of heads. Default: that of the preset.")
        @Min(1)
        @Max(16384)
        Integer width,
    @JsonPropertyDescription("Transformer blocks. Default: that of the preset.") @Min(1) @Max(256)
        Integer layers,
    @JsonPropertyDescription("Attention heads. Default: that of the preset.") @Min(1) @Max(256)
        Integer heads,
    @JsonPropertyDescription("Width of the hidden layer in a block. Default: four times width.")
        @Min(1)
        @Max(65536)
        Integer mlpWidth,
    @JsonPropertyDescription("Default: quick-gelu.") Activation activation) {}
