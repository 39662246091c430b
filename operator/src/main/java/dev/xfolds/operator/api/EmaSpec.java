package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** An exponential moving average of the weights. */
public record EmaSpec(
    @JsonPropertyDescription(
            "After each step average = decay x average + (1 - decay) x weight. Above 0, below 1.")
        @Required
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String decay) {}
