package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** Generated images. */
public record PhantomSpec(
    @JsonPropertyDescription("How many.") @Required @Min(1) @Max(10000000) Integer images,
    @JsonPropertyDescription("Same seed, same bytes. Default: 1.") @Min(0) Long seed,
    @JsonPropertyDescription("Pixels a side as generated. Default: 64.") @Min(32) @Max(512)
        Integer imageSize) {}
