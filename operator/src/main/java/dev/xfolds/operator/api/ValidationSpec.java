package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Held-out data that alone may choose a checkpoint. */
@ValidationRule(
    value = "has(self.fraction) != has(self.data)",
    message = "name exactly one of fraction and data")
public record ValidationSpec(
    @JsonPropertyDescription(
            "Of the training images, held out by image, above 0 and below 1. Exactly one of fraction and data.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String fraction,
    @JsonPropertyDescription("Data of its own. Exactly one of fraction and data.") DataSpec data,
    @JsonPropertyDescription("Steps between two validations.") @Required @Min(1) @Max(100000000)
        Integer everySteps,
    @JsonPropertyDescription("Default: loss.") Metric metric,
    @JsonPropertyDescription(
            "Validations without improvement before the run stops. Default: 0, never.")
        @Min(0)
        @Max(1000000)
        Integer patience) {}
