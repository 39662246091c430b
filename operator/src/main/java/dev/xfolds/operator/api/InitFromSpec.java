package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Where the first weights come from. */
@ValidationRule(
    value = "has(self.run) != has(self.checkpoint)",
    message = "name exactly one of run and checkpoint")
public record InitFromSpec(
    @JsonPropertyDescription(
            "A run in the same namespace: its best checkpoint, once it is complete.")
        @Size(min = 1, max = 40)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String run,
    @JsonPropertyDescription("A safetensors file, or a checkpoint folder with its manifest.")
        VolumeFileSpec checkpoint,
    @JsonPropertyDescription(
            "Parts to take; every tensor of them must be found with an equal shape. Default: all parts that the two models share.")
        @Size(max = 5)
        List<ModelPart> parts) {

  /** Absent collections are empty. */
  public InitFromSpec {
    parts = Lists.copy(parts);
  }
}
