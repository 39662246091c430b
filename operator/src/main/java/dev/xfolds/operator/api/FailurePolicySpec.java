package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What follows when a trainer fails; without a rule exit codes 1 and 2 are never retried. */
public record FailurePolicySpec(
    @JsonPropertyDescription(
            "Failures after which the run starts again. Default: 5. Stops by operator, queue or drain do not count.")
        @Min(0)
        @Max(1000)
        Integer maxRestarts,
    @JsonPropertyDescription(
            "Before the first restart; doubled for each further one, up to 32 times as much. Default: 10.")
        @Min(1)
        @Max(3600)
        Integer backoffSeconds,
    @JsonPropertyDescription(
            "By exit code; the first rule that has the code decides. Without one 1 and 2 fail, 11 is retried twice, others within maxRestarts.")
        @Size(max = 16)
        List<ExitRuleSpec> rules) {

  /** Absent collections are empty. */
  public FailurePolicySpec {
    rules = Lists.copy(rules);
  }
}
