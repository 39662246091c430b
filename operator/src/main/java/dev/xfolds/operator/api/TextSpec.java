package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** Text transformer of a CLIP model. */
public record TextSpec(
    @JsonPropertyDescription(
            "Tokens of a text, start and end included; longer texts are cut. Default: that of the preset.")
        @Min(3)
        @Max(4096)
        Integer contextLength,
    @JsonPropertyDescription("Rows of the token embedding. Default: that of the preset.")
        @Min(64)
        @Max(1000000)
        Integer vocabularySize,
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
