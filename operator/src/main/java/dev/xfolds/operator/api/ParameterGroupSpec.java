package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Weights that the optimizer moves with other numbers than the rest. */
@ValidationRule(
    value =
        "has(self.kinds) && size(self.kinds) > 0 || has(self.parts) && size(self.parts) > 0"
            + " || has(self.names) && size(self.names) > 0",
    message = "name the weights by at least one of kinds, parts and names")
@ValidationRule(
    value = "has(self.learningRate) || has(self.weightDecay)",
    message = "give the weights a learningRate or a weightDecay of their own")
public record ParameterGroupSpec(
    @JsonPropertyDescription(
            "What layers do with the weights: matrices (kernels and tables of embeddings too),"
                + " biases, norms (factors and addends of normalisations), factors (single numbers"
                + " such as logit_scale). Default: every kind.")
        @Size(max = 4)
        List<ParameterKind> kinds,
    @JsonPropertyDescription("Default: every part of the model.") @Size(max = 5)
        List<ModelPart> parts,
    @JsonPropertyDescription(
            "By the names of a checkpoint's tensors, or of what holds them: a.b selects a.b and"
                + " a.b.weight, not a.bc. Default: every name.")
        @Size(max = 100)
        List<@Size(min = 1, max = 200) @Pattern("^[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*$") String> names,
    @JsonPropertyDescription(
            "Highest rate of the schedule for these weights. Default: the optimizer's.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String learningRate,
    @JsonPropertyDescription("Default: the optimizer's.")
        @Size(min = 1, max = 24)
        @Pattern("^([0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?)$")
        String weightDecay) {

  /** Absent collections are empty. */
  public ParameterGroupSpec {
    kinds = Lists.copy(kinds);
    parts = Lists.copy(parts);
    names = Lists.copy(names);
  }
}
