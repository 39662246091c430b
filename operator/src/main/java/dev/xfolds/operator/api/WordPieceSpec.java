package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** A vocabulary learned from the training texts. */
public record WordPieceSpec(
    @JsonPropertyDescription("How often a pair of pieces must occur to be merged. Default: 2.")
        @Min(1)
        @Max(1000000)
        Integer minimumFrequency) {}
