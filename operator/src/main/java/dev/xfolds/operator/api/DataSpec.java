package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** Training data. */
@ValidationRule(
    value = "self.format.startsWith('phantom-') == has(self.phantom)",
    message = "give phantom with the formats phantom-captions and phantom-vqa, and with no other")
@ValidationRule(
    value = "self.format.startsWith('phantom-') != has(self.volume)",
    message = "give volume and files, except for the formats phantom-captions and phantom-vqa")
public record DataSpec(
    @JsonPropertyDescription("Unique within the run.")
        @Required
        @Size(min = 1, max = 40)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String name,
    @JsonPropertyDescription("How the files are laid out.") @Required DataFormat format,
    @JsonPropertyDescription("Volume that holds the files; none for generated data.")
        @Size(min = 1, max = 40)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String volume,
    @JsonPropertyDescription(
            "Files and folders by role, from the root of the volume: questions, captions, images. A trainer sees these and nothing beside them.")
        @Size(max = 8)
        Map<String, @Size(max = 512) String> files,
    @JsonPropertyDescription("As the format names it. Absent: the files are one split.")
        @Size(min = 1, max = 40)
        String split,
    @JsonPropertyDescription(
            "sha-256 of the annotation files, in order of role. Absent: not checked.")
        @Pattern("^([0-9a-f]{64})$")
        @Size(max = 64)
        String digest,
    @JsonPropertyDescription("Images of these modalities are left out.") @Size(max = 16)
        List<@Size(max = 40) String> excludeModalities,
    @JsonPropertyDescription("Sampling weight relative to the other data. Default: 1.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String weight,
    @JsonPropertyDescription("With the formats phantom-captions and phantom-vqa.")
        PhantomSpec phantom) {

  /** Absent collections are empty. */
  public DataSpec {
    files = Lists.copy(files);
    excludeModalities = Lists.copy(excludeModalities);
  }
}
