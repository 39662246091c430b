package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A time in which the run may use its hardware. */
@ValidationRule(
    value = "timestamp(self.end) > timestamp(self.start)",
    message = "end must be after start; write both as 2026-05-04T18:00:00Z")
public record WindowSpec(
    @JsonPropertyDescription("RFC 3339, as 2026-05-04T18:00:00Z or 2026-05-04T20:00:00+02:00.")
        @Required
        @Size(max = 40)
        @Pattern(WindowSpec.INSTANT)
        String start,
    @JsonPropertyDescription(
            "RFC 3339. The run stops earlier by spec.checkpoint.graceSeconds, so that its hardware is free at this time.")
        @Required
        @Size(max = 40)
        @Pattern(WindowSpec.INSTANT)
        String end) {
  public static final String INSTANT =
      "^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-7]):[0-5][0-9]))$";
}
