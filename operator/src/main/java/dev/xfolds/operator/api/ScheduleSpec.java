package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Course of the learning rate. */
public record ScheduleSpec(
    @JsonPropertyDescription("After the warm-up.") @Required ScheduleKind kind,
    @JsonPropertyDescription("Linear from 0. Default: 0.") @Min(0) @Max(100000000) Long warmupSteps,
    @JsonPropertyDescription(
            "Of the learning rate, at the last step of linear and cosine. Default: 0.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String finalFraction) {}
