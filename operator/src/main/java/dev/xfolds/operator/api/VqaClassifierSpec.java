package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Answers questions about an image with one of the training answers. */
public record VqaClassifierSpec(
    @JsonPropertyDescription("Image encoder.") @Required ImageEncoderSpec image,
    @JsonPropertyDescription("Question encoder.") QuestionSpec question,
    @JsonPropertyDescription("Attention fusion.") @Required FusionSpec fusion,
    @JsonPropertyDescription("Width of the hidden layer of the classifier. Default: 256.")
        @Min(1)
        @Max(16384)
        Integer classifierWidth,
    @JsonPropertyDescription("Classes: the most frequent training answers.")
        @Required
        @Min(2)
        @Max(100000)
        Integer answers,
    @JsonPropertyDescription("In the classifier, from 0 to below 1. Default: 0.2.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String dropout) {}
