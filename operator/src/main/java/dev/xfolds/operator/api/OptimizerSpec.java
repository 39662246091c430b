package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** Exactly one optimizer. */
@ValidationRule(
    value = "has(self.adam) != has(self.adamw)",
    message = "name exactly one of adam and adamw")
public record OptimizerSpec(
    @JsonPropertyDescription("Weight decay adds to the gradient.") AdamSpec adam,
    @JsonPropertyDescription("Weight decay is decoupled (arXiv:1711.05101).") AdamSpec adamw) {}
