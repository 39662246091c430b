package dev.xfolds.trainer.tensor;

import dev.xfolds.contract.v1.ModelPart;
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

  public Parameter weight(String name, Initializer initializer, long... shape) {
    return declare(name, Parameter.Role.WEIGHT, initializer, shape);
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
    return parameters.add(new Parameter(prefix + name, part, role, initializer, shape));
  }
}
