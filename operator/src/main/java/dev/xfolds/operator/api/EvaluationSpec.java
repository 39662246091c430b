package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** A benchmark that the run is scored on. */
public record EvaluationSpec(
    @JsonPropertyDescription("name@version.")
        @Required
        @Size(min = 1, max = 60)
        @Pattern("^([a-z0-9][-a-z0-9]*@[0-9]{1,6})$")
        String task,
    @JsonPropertyDescription(
            "How answers are normalised and counted. Default: all protocols of the task.")
        @Size(max = 8)
        List<@Size(max = 60) String> protocols,
    @JsonPropertyDescription(
            "The evaluator's volume with the benchmark; none for generated ones. No trainer pod mounts its test files.")
        @Size(min = 1, max = 40)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String volume,
    @JsonPropertyDescription(
            "Evaluate every so many steps, and at the end. Default: at the end only.")
        @Min(1)
        @Max(100000000)
        Long everySteps,
    @JsonPropertyDescription("Questions about images of these modalities are left out.")
        @Size(max = 16)
        List<@Size(max = 40) String> excludeModalities) {

  /** Absent collections are empty. */
  public EvaluationSpec {
    protocols = Lists.copy(protocols);
    excludeModalities = Lists.copy(excludeModalities);
  }
}
