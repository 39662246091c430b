package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** What the run may cost. */
public record BudgetSpec(
    @JsonPropertyDescription(
            "Counted petaflop-days. A plan that needs more is refused; a run that exceeds it, because it lost steps to crashes and made them again, stops with a checkpoint and fails. May only be raised.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String maxPfDays,
    @JsonPropertyDescription(
            "Seconds since the run's creation, waiting included; then it stops with a checkpoint and fails. A trained run has ten minutes more for its reports. May only be raised.")
        @Min(1)
        @Max(31536000)
        Long deadlineSeconds) {}
