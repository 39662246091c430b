package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/** Where and from what the pods run. */
public record PodsSpec(
    @JsonPropertyDescription(
            "Container image of the trainer. Default: that of the operator's configuration.")
        @Size(min = 1, max = 512)
        String image,
    @JsonPropertyDescription("Secrets for the registry.") @Size(max = 8)
        List<@Size(max = 253) String> imagePullSecrets,
    @JsonPropertyDescription("Added to that of the profile.") @Size(max = 16)
        Map<String, @Size(max = 63) String> nodeSelector,
    @JsonPropertyDescription("Added to those of the profile.") @Size(max = 16)
        List<TolerationSpec> tolerations,
    @JsonPropertyDescription("Default: that of the profile.") @Size(min = 1, max = 317)
        String gpuResourceName) {

  /** Absent collections are empty. */
  public PodsSpec {
    imagePullSecrets = Lists.copy(imagePullSecrets);
    nodeSelector = Lists.copy(nodeSelector);
    tolerations = Lists.copy(tolerations);
  }
}
