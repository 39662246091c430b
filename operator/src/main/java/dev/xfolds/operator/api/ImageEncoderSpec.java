package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Image encoder of a VQA classifier: the image tower of a CLIP model. */
@ValidationRule(
    value = "!(has(self.vit) && has(self.resnet))",
    message = "name one of vit and resnet, not both")
public record ImageEncoderSpec(
    @JsonPropertyDescription(
            "Model whose image tower this is: vit-b-32, rn50, rn50x4, tiny-rn, tiny-vit. Absent: all sizes are given.")
        @Size(min = 1, max = 40)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String preset,
    @JsonPropertyDescription("Pixels a side after preprocessing. Default: that of the preset.")
        @Min(1)
        @Max(4096)
        Integer imageSize,
    @JsonPropertyDescription("Sizes of a vision transformer.") VitSpec vit,
    @JsonPropertyDescription("Sizes of a modified ResNet.") ResNetSpec resnet) {}
