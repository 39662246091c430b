package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** What the run may cost. */
public record BudgetSpec(
    @JsonPropertyDescription(
            "The plan is refused when its counted petaflop-days exceed this. May only be raised.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String maxPfDays) {}
