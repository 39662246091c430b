package dev.xfolds.trainer.tensor;

import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.ParameterKind;
import java.util.function.Supplier;

/**
 * A place in the tree of names at which a layer declares its tensors.
 *
 * @param prefix what every name here begins with, with its dot; empty at the root
 */
public record ParameterScope(ParameterSet parameters, ModelPart part, String prefix) {

  /** The place below this one; {@code name} may hold dots. */
  public ParameterScope at(String name) {
    return new ParameterScope(parameters, part, prefix + name + ".");
  }

  /** A matrix, a kernel or a table, which an input is multiplied with. */
  public Parameter weight(String name, Initializer initializer, long... shape) {
    return weight(name, ParameterKind.MATRIX, initializer, shape);
  }

  /** A vector that is added. */
  public Parameter bias(String name, Initializer initializer, long... shape) {
    return weight(name, ParameterKind.BIAS, initializer, shape);
  }

  /** The factor or the addend of a normalisation. */
  public Parameter norm(String name, Initializer initializer, long... shape) {
    return weight(name, ParameterKind.NORM, initializer, shape);
  }

  /** A number that scales all of a tensor. */
  public Parameter factor(String name, Initializer initializer) {
    return weight(name, ParameterKind.FACTOR, initializer);
  }

  private Parameter weight(
      String name, ParameterKind kind, Initializer initializer, long... shape) {
    return parameters.add(
        new Parameter(prefix + name, part, Parameter.Role.WEIGHT, kind, initializer, shape));
  }

  /** A float32 buffer. */
  public Parameter buffer(String name, Initializer initializer, long... shape) {
    return declare(name, Parameter.Role.BUFFER, initializer, shape);
  }

  /** An int64 scalar buffer. */
  public Parameter counter(String name) {
    return declare(name, Parameter.Role.COUNTER, Initializer.zeros());
  }

  /** A constant table. */
  public Parameter table(String name, Supplier<float[]> values, long... shape) {
    return declare(name, Parameter.Role.TABLE, new Initializer.Computed(values), shape);
  }

  /** A constant scalar: an operand that need not be created anew in each step. */
  public Parameter scalar(String name, double value) {
    return declare(name, Parameter.Role.TABLE, new Initializer.Constant((float) value));
  }

  private Parameter declare(
      String name, Parameter.Role role, Initializer initializer, long... shape) {
    return parameters.add(
        new Parameter(
            prefix + name,
            part,
            role,
            ParameterKind.PARAMETER_KIND_UNSPECIFIED,
            initializer,
            shape));
  }
}
