package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** A taint that pods of the run bear. */
public record TolerationSpec(
    @JsonPropertyDescription("Absent with operator Exists: all keys.") @Size(max = 317) String key,
    @JsonPropertyDescription("Exists or Equal. Default: Equal.")
        @Size(max = 10)
        @Pattern("^(Exists|Equal)$")
        String operator,
    @JsonPropertyDescription("With operator Equal.") @Size(max = 63) String value,
    @JsonPropertyDescription("Absent: all effects.")
        @Size(max = 20)
        @Pattern("^(NoSchedule|PreferNoSchedule|NoExecute)$")
        String effect) {}
