package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A file on a volume. */
public record VolumeFileSpec(
    @JsonPropertyDescription("Name of the volume.")
        @Required
        @Size(min = 1, max = 40)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String volume,
    @JsonPropertyDescription("Path from the root of the volume.")
        @Required
        @Size(min = 1, max = 512)
        String path) {}
