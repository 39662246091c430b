package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/** Image tower of a CLIP model. */
@ValidationRule(
    value = "!(has(self.vit) && has(self.resnet))",
    message = "name one of vit and resnet, not both")
public record ImageSpec(
    @JsonPropertyDescription("Pixels a side after preprocessing. Default: that of the preset.")
        @Min(1)
        @Max(4096)
        Integer imageSize,
    @JsonPropertyDescription("Sizes of a vision transformer.") VitSpec vit,
    @JsonPropertyDescription("Sizes of a modified ResNet.") ResNetSpec resnet) {}
