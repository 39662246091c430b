package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Stochastic gradient descent. */
public record SgdSpec(
    @JsonPropertyDescription("Highest rate of the schedule.")
        @Required
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String learningRate,
    @JsonPropertyDescription("Default: 0, none.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String momentum,
    @JsonPropertyDescription("How the momentum is applied. Default: classical.")
        MomentumKind momentumKind,
    @JsonPropertyDescription("Added to the gradient. Default: 0.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String weightDecay) {}
