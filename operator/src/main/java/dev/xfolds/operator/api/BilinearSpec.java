package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** Bilinear attention (arXiv:1805.07932). */
public record BilinearSpec(
    @JsonPropertyDescription("Attention maps. Default: 2.") @Min(1) @Max(16) Integer glimpses,
    @JsonPropertyDescription("Rank of the bilinear products. Default: 128.") @Min(1) @Max(16384)
        Integer width) {}
