package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** Question encoder of a VQA classifier: a GRU over WordPiece tokens. */
public record QuestionSpec(
    @JsonPropertyDescription("Rows of the token embedding. Default: 512.") @Min(64) @Max(1000000)
        Integer vocabularySize,
    @JsonPropertyDescription("Tokens of a question; longer ones are cut. Default: 32.")
        @Min(1)
        @Max(512)
        Integer maxTokens,
    @JsonPropertyDescription("Width of a token. Default: 128.") @Min(1) @Max(16384)
        Integer embeddingWidth,
    @JsonPropertyDescription("Width of the state. Default: 128.") @Min(1) @Max(16384) Integer width,
    @JsonPropertyDescription("How often a pair of pieces must occur to be merged. Default: 2.")
        @Min(1)
        @Max(1000000)
        Integer minimumFrequency) {}
