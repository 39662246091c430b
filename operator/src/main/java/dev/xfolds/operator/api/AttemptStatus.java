package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** One start of the run's pods. */
public record AttemptStatus(
    @JsonPropertyDescription("From 1.") Integer number,
    @JsonPropertyDescription("RFC 3339.") @Size(max = 40) String startedAt,
    @JsonPropertyDescription("RFC 3339; absent while it runs.") @Size(max = 40) String endedAt,
    @JsonPropertyDescription("Of rank 0; once it has failed, of the rank that failed first.")
        @Size(max = 253)
        String node,
    @JsonPropertyDescription(
            "Of the first rank to end; ranks that end because another did are not meant.")
        Integer exitCode,
    @JsonPropertyDescription("Why it ended.") @Size(max = 60) String reason,
    @JsonPropertyDescription("Its last lines, when it failed.") @Size(max = 1024) String message) {}
