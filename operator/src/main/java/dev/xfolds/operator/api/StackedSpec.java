package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** Stacked attention (arXiv:1511.02274). */
public record StackedSpec(
    @JsonPropertyDescription("How often the question looks at the image. Default: 2.")
        @Min(1)
        @Max(16)
        Integer hops,
    @JsonPropertyDescription("Width of query and image tokens. Default: 128.") @Min(1) @Max(16384)
        Integer width) {}
