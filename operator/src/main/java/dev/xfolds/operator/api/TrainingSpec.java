package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** How the model is trained. */
@ValidationRule(
    value = "has(self.steps) != has(self.epochs)",
    message = "name exactly one of steps and epochs")
@ValidationRule(
    value = "!has(self.gradientAccumulation) || self.batchSize % self.gradientAccumulation == 0",
    message = "gradientAccumulation must divide batchSize")
public record TrainingSpec(
    @JsonPropertyDescription("Optimizer steps. Exactly one of steps and epochs.")
        @Min(1)
        @Max(100000000)
        Long steps,
    @JsonPropertyDescription("Passes over the data. Exactly one of steps and epochs.")
        @Min(1)
        @Max(100000)
        Integer epochs,
    @JsonPropertyDescription("Samples of an optimizer step, over all accumulated micro-batches.")
        @Required
        @Min(1)
        @Max(1000000)
        Integer batchSize,
    @JsonPropertyDescription("Micro-batches of a step; divides batchSize. Default: 1.")
        @Min(1)
        @Max(100000)
        Integer gradientAccumulation,
    @JsonPropertyDescription("Exactly one optimizer.") @Required OptimizerSpec optimizer,
    @JsonPropertyDescription(
            "Weights with numbers of their own; the first group that selects a weight has it.")
        @Size(max = 64)
        List<ParameterGroupSpec> parameterGroups,
    @JsonPropertyDescription("Default: constant without warm-up.") ScheduleSpec schedule,
    @JsonPropertyDescription("Bound of the global gradient norm. Default: 1.0; 0: none.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String gradientClip,
    @JsonPropertyDescription(
            "The moving average of the weights is validated, evaluated and saved as the model; the"
                + " weights in training are saved beside the optimizer's state. Default: none.")
        EmaSpec ema,
    @JsonPropertyDescription("Default: stop.") NonFinitePolicy nonFinitePolicy,
    @JsonPropertyDescription("Of weights, order and dropout. Default: 1.") @Min(0) Long seed,
    @JsonPropertyDescription(
            "Of the tensor library, in each rank. Default: that of the profile; without GPUs all ranks share them.")
        @Min(1)
        @Max(1024)
        Integer threads,
    @JsonPropertyDescription(
            "That decode images, in each rank. Default: that of the profile; without GPUs all ranks share them.")
        @Min(1)
        @Max(1024)
        Integer dataThreads,
    @JsonPropertyDescription(
            "Parts that are not trained; a frozen image encoder answers from cached features.")
        @Size(max = 5)
        List<ModelPart> freeze,
    @JsonPropertyDescription(
            "Of activations and products in transformers and convolutions: fp32 or bf16, with"
                + " weights, gradients and the optimizer's state in fp32 in any case; tf32 is not"
                + " served. Default: fp32.")
        Precision precision,
    @JsonPropertyDescription(
            "How transformers compute attention: fused, by one kernel whose memory grows with the"
                + " length; math, by the formula, whose memory grows with the length's square. The"
                + " results are the same but for rounding. Default: fused.")
        Attention attention,
    @JsonPropertyDescription("Default: 10.") @Min(1) @Max(1000000) Integer logEverySteps,
    @JsonPropertyDescription(
            "More than this many end the run; all are counted and named. Default: 100.")
        @Min(0)
        @Max(10000000)
        Integer maxUnreadableImages) {

  /** Absent collections are empty. */
  public TrainingSpec {
    freeze = Lists.copy(freeze);
    parameterGroups = Lists.copy(parameterGroups);
  }
}
