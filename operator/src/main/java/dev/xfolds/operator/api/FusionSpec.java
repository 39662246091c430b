package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** How question and image meet. */
@ValidationRule(
    value = "has(self.stacked) != has(self.bilinear)",
    message = "name exactly one of stacked and bilinear")
public record FusionSpec(
    @JsonPropertyDescription("Stacked attention.") StackedSpec stacked,
    @JsonPropertyDescription("Bilinear attention.") BilinearSpec bilinear) {}
