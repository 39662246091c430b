package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** The latest value of a metric. */
public record MetricStatus(
    @JsonPropertyDescription("loss, learning_rate, ...") @Required @Size(max = 40) String name,
    @JsonPropertyDescription("Decimal.") @Size(max = 24) String value) {}
