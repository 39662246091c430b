package dev.xfolds.trainer.optim;

import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.ParameterGroupPlan;
import dev.xfolds.contract.v1.ParameterKind;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.TensorException;
import java.util.ArrayList;
import java.util.List;

/** Which weights an optimizer moves with other numbers than the rest. */
final class ParameterGroups {

  private static final int NAMES_IN_A_MESSAGE = 4;

  /**
   * Weights, and the optimizer with their numbers.
   *
   * @param weights in the order of the model
   */
  record Group(OptimizerPlan plan, List<Parameter> weights) {}

  private ParameterGroups() {}

  /**
   * Gives each weight to the first group that selects it, and those of none to the optimizer as it
   * is, which comes last.
   *
   * @throws TensorException naming the group, or the name in it, that selects no trained weight
   */
  static List<Group> of(
      OptimizerPlan plan, List<ParameterGroupPlan> groups, List<Parameter> trained) {
    List<Parameter> rest = new ArrayList<>(trained);
    List<Group> found = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      ParameterGroupPlan group = groups.get(i);
      String field = "spec.training.parameterGroups[%d]".formatted(i);
      checkNames(group, field, trained);
      List<Parameter> weights = rest.stream().filter(weight -> selects(group, weight)).toList();
      if (weights.isEmpty()) {
        throw new TensorException(
            field + " must select a trained weight that no group before it has, selects none");
      }
      rest.removeAll(weights);
      found.add(new Group(with(plan, group), weights));
    }
    found.add(new Group(plan, rest));
    return found;
  }

  private static void checkNames(ParameterGroupPlan group, String field, List<Parameter> trained) {
    for (int i = 0; i < group.getNamesCount(); i++) {
      String name = group.getNames(i);
      if (trained.stream().noneMatch(weight -> isNamed(weight, name))) {
        List<String> some =
            trained.stream().map(Parameter::name).limit(NAMES_IN_A_MESSAGE).toList();
        throw new TensorException(
            "%s.names[%d] must name a trained weight or what holds one, was \"%s\"; this model has %s and %d more"
                .formatted(field, i, name, String.join(", ", some), trained.size() - some.size()));
      }
    }
  }

  private static boolean selects(ParameterGroupPlan group, Parameter weight) {
    List<ParameterKind> kinds = group.getKindsList();
    List<ModelPart> parts = group.getPartsList();
    List<String> names = group.getNamesList();
    return (kinds.isEmpty() || kinds.contains(weight.kind()))
        && (parts.isEmpty() || parts.contains(weight.part()))
        && (names.isEmpty() || names.stream().anyMatch(name -> isNamed(weight, name)));
  }

  private static boolean isNamed(Parameter weight, String name) {
    return weight.name().equals(name) || weight.name().startsWith(name + ".");
  }

  private static OptimizerPlan with(OptimizerPlan plan, ParameterGroupPlan group) {
    double rate = group.hasLearningRate() ? group.getLearningRate() : Optimizer.learningRate(plan);
    OptimizerPlan.Builder changed = plan.toBuilder();
    switch (plan.getKindCase()) {
      case ADAM -> change(changed.getAdamBuilder(), rate, group);
      case ADAMW -> change(changed.getAdamwBuilder(), rate, group);
      case ADAMAX -> change(changed.getAdamaxBuilder(), rate, group);
      case ADAMW8BIT -> change(changed.getAdamw8BitBuilder(), rate, group);
      case SGD -> {
        changed.getSgdBuilder().setLearningRate(rate);
        if (group.hasWeightDecay()) {
          changed.getSgdBuilder().setWeightDecay(group.getWeightDecay());
        }
      }
      case KIND_NOT_SET -> {
        // Optimizer.create refuses it.
      }
    }
    return changed.build();
  }

  private static void change(AdamPlan.Builder adam, double rate, ParameterGroupPlan group) {
    adam.setLearningRate(rate);
    if (group.hasWeightDecay()) {
      adam.setWeightDecay(group.getWeightDecay());
    }
  }
}
