package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** CLIP: image and text towers with one embedding space (arXiv:2103.00020). */
public record ClipSpec(
    @JsonPropertyDescription(
            "Sizes to start from: vit-b-32, rn50, rn50x4, tiny-rn, tiny-vit. Absent: all sizes are given.")
        @Size(min = 1, max = 40)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String preset,
    @JsonPropertyDescription("Image tower; overrides the preset field by field.") ImageSpec image,
    @JsonPropertyDescription("Text tower; overrides the preset field by field.") TextSpec text,
    @JsonPropertyDescription("Width of the shared embedding space. Default: that of the preset.")
        @Min(1)
        @Max(16384)
        Integer projectionWidth,
    @JsonPropertyDescription(
            "Default: wordPiece for the tiny presets; the public presets need bytePair.")
        TokenizerSpec tokenizer) {}
