package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** The modified ResNet of CLIP. */
public record ResNetSpec(
    @JsonPropertyDescription(
            "Bottleneck width of the first stage; stage s has width * 2^s. Default: that of the preset.")
        @Min(1)
        @Max(1024)
        Integer width,
    @JsonPropertyDescription("Blocks of each stage. Default: that of the preset.")
        @Size(min = 1, max = 6)
        List<@Min(1) @Max(128) Integer> layers,
    @JsonPropertyDescription(
            "Heads of the attention pool, which is 4 * width * 2^(stages-1) wide. Default: that of the preset.")
        @Min(1)
        @Max(256)
        Integer heads) {

  /** Absent collections are empty. */
  public ResNetSpec {
    layers = Lists.copy(layers);
  }
}
