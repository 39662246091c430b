package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A score, with its interval. */
public record EvaluationStatus(
    @JsonPropertyDescription("name@version.") @Required @Size(max = 60) String task,
    @JsonPropertyDescription("How answers were normalised and counted.") @Size(max = 60)
        String protocol,
    @JsonPropertyDescription("Whose answers these are.") @Size(max = 64) String checkpointDigest,
    @JsonPropertyDescription("Optimizer steps that this checkpoint had done.") Long step,
    @JsonPropertyDescription("accuracy, recall@1.") @Size(max = 40) String metric,
    @JsonPropertyDescription("Decimal, 0 to 1.") @Size(max = 24) String value,
    @JsonPropertyDescription("Lower end of the 95 % interval, clustered by image.") @Size(max = 24)
        String ciLow,
    @JsonPropertyDescription("Upper end.") @Size(max = 24) String ciHigh,
    @JsonPropertyDescription("Questions.") Integer n,
    @JsonPropertyDescription(
            "The best of the baselines that see no pixels; absent where there is none.")
        BaselineStatus bestBaseline) {}
