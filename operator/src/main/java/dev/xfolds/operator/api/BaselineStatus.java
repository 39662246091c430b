package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What answers that see no pixels score by the same task, protocol and metric. */
public record BaselineStatus(
    @JsonPropertyDescription("majority, nearest-question-same-image, chance, ...")
        @Required
        @Size(max = 60)
        String name,
    @JsonPropertyDescription("Decimal, 0 to 1.") @Size(max = 24) String value,
    @JsonPropertyDescription("Lower end of its 95 % interval.") @Size(max = 24) String ciLow,
    @JsonPropertyDescription("Upper end.") @Size(max = 24) String ciHigh,
    @JsonPropertyDescription("Questions.") Integer n) {}
