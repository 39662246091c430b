package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** Exactly one optimizer. */
@ValidationRule(
    value =
        "[has(self.adam), has(self.adamw), has(self.adamax), has(self.adamw8bit), has(self.sgd)]"
            + ".exists_one(named, named)",
    message = "name exactly one of adam, adamw, adamax, adamw8bit and sgd")
public record OptimizerSpec(
    @JsonPropertyDescription("Weight decay adds to the gradient.") AdamSpec adam,
    @JsonPropertyDescription("Weight decay is decoupled (arXiv:1711.05101).") AdamSpec adamw,
    @JsonPropertyDescription("Adam by the infinity norm; weight decay adds to the gradient.")
        AdamSpec adamax,
    @JsonPropertyDescription(
            "adamw with moments of 8 bits in blocks of 256 (arXiv:2110.02861): a quarter of the"
                + " memory. Tensors below 4,096 elements keep 32 bits.")
        AdamSpec adamw8bit,
    @JsonPropertyDescription("Stochastic gradient descent.") SgdSpec sgd) {}
