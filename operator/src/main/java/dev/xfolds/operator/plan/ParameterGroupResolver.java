package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ParameterGroupPlan;
import dev.xfolds.contract.v1.ParameterKind;
import dev.xfolds.operator.api.ParameterGroupSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Which weights are trained with numbers of their own; whether there are such, the trainer sees.
 */
final class ParameterGroupResolver {

  private static final String PATH = "spec.training.parameterGroups";

  private final Problems problems;
  private final boolean clip;

  /**
   * Collects problems.
   *
   * @param clip whether the model is CLIP, or else the classifier of visual questions
   */
  ParameterGroupResolver(Problems problems, boolean clip) {
    this.problems = problems;
    this.clip = clip;
  }

  List<ParameterGroupPlan> resolve(List<ParameterGroupSpec> specs) {
    List<ParameterGroupPlan> plans = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      if (specs.get(i) != null) { // the schema check names it
        plans.add(resolve(specs.get(i), PATH + "[" + i + "]"));
      }
    }
    return plans;
  }

  private ParameterGroupPlan resolve(ParameterGroupSpec spec, String path) {
    if (spec.kinds().isEmpty() && spec.parts().isEmpty() && spec.names().isEmpty()) {
      problems.add(path, "must name weights by kinds, parts or names, was none of them");
    }
    if (spec.learningRate() == null && spec.weightDecay() == null) {
      problems.add(path, "must give a learningRate or a weightDecay, was neither");
    }
    ParameterGroupPlan.Builder plan =
        ParameterGroupPlan.newBuilder()
            .addAllKinds(
                spec.kinds().stream()
                    .filter(Objects::nonNull)
                    .map(ParameterGroupResolver::kind)
                    .distinct()
                    .sorted()
                    .toList())
            .addAllParts(Parts.of(problems, spec.parts(), clip, path + ".parts"))
            .addAllNames(
                spec.names().stream().filter(Objects::nonNull).distinct().sorted().toList());
    if (spec.learningRate() != null) {
      plan.setLearningRate(Decimals.read(problems, spec.learningRate(), 0, path + ".learningRate"));
    }
    if (spec.weightDecay() != null) {
      plan.setWeightDecay(Decimals.read(problems, spec.weightDecay(), 0, path + ".weightDecay"));
    }
    return plan.build();
  }

  private static ParameterKind kind(dev.xfolds.operator.api.ParameterKind kind) {
    return switch (kind) {
      case MATRICES -> ParameterKind.MATRIX;
      case BIASES -> ParameterKind.BIAS;
      case NORMS -> ParameterKind.NORM;
      case FACTORS -> ParameterKind.FACTOR;
    };
  }
}
