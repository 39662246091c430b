package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.TensorException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adam and AdamW (arXiv:1412.6980, arXiv:1711.05101), the arithmetic of PyTorch's torch.optim on
 * one tensor at a time; bias correction in double precision. State: exp_avg.NAME, exp_avg_sq.NAME,
 * and step.
 */
public final class Adam implements Optimizer {

  private static final String FIRST = "exp_avg.";
  private static final String SECOND = "exp_avg_sq.";
  private static final String STEP = "step";

  private record Slot(Parameter parameter, NDArray first, NDArray second) {}

  private final AdamSettings settings;
  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();
  private final NDArray stepArray;
  private long steps;

  /**
   * Starts with moments of zero.
   *
   * @param manager owns the state; must outlive every step
   */
  public Adam(AdamSettings settings, List<Parameter> trained, NDManager manager) {
    this.settings = settings;
    this.manager = manager;
    for (Parameter parameter : trained) {
      slots.add(
          new Slot(parameter, manager.zeros(parameter.shape()), manager.zeros(parameter.shape())));
    }
    stepArray = manager.zeros(new Shape(), DataType.INT64);
  }

  @Override
  public void step(double learningRate, double gradientFactor) {
    steps++;
    double firstCorrection = 1 - Math.pow(settings.beta1(), (double) steps);
    double secondCorrection = 1 - Math.pow(settings.beta2(), (double) steps);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Ops.increment(stepArray);
      Factors factors =
          new Factors(
              scalar(gradientFactor),
              scalar(settings.weightDecay()),
              scalar(1 - learningRate * settings.weightDecay()),
              scalar(settings.beta1()),
              scalar(1 - settings.beta1()),
              scalar(settings.beta2()),
              scalar(1 - settings.beta2()),
              scalar(1 / Math.sqrt(secondCorrection)),
              scalar(settings.epsilon()),
              scalar(learningRate / firstCorrection));
      for (Slot slot : slots) {
        try (NDScope inner = new NDScope()) {
          inner.suppressNotUsedWarning();
          update(slot, factors, gradientFactor != 1);
        }
      }
    }
  }

  /** Scalars of a step, made once: a native scalar costs more than a small tensor's update. */
  private record Factors(
      NDArray gradient,
      NDArray decay,
      NDArray shrink,
      NDArray beta1,
      NDArray rest1,
      NDArray beta2,
      NDArray rest2,
      NDArray correction,
      NDArray epsilon,
      NDArray stepSize) {}

  private NDArray scalar(double value) {
    return manager.create((float) value);
  }

  private void update(Slot slot, Factors factors, boolean scaled) {
    NDArray weight = slot.parameter().array();
    NDArray gradient = Ops.gradient(weight);
    if (scaled) {
      gradient = Ops.multiply(gradient, factors.gradient());
    }
    if (settings.weightDecay() != 0) {
      if (settings.decoupled()) {
        Ops.multiplyInPlace(weight, factors.shrink());
      } else {
        gradient = Ops.add(gradient, Ops.multiply(weight, factors.decay()));
      }
    }
    Ops.multiplyInPlace(slot.first(), factors.beta1());
    Ops.addInPlace(slot.first(), Ops.multiply(gradient, factors.rest1()));
    NDArray square = Ops.multiply(gradient, gradient);
    Ops.multiplyInPlace(square, factors.rest2());
    Ops.multiplyInPlace(slot.second(), factors.beta2());
    Ops.addInPlace(slot.second(), square);
    NDArray denominator = slot.second().sqrt();
    Ops.multiplyInPlace(denominator, factors.correction());
    Ops.addInPlace(denominator, factors.epsilon());
    NDArray move = slot.first().div(denominator);
    Ops.multiplyInPlace(move, factors.stepSize());
    Ops.subtractInPlace(weight, move);
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    state.put(STEP, stepArray);
    for (Slot slot : slots) {
      state.put(FIRST + slot.parameter().name(), slot.first());
      state.put(SECOND + slot.parameter().name(), slot.second());
    }
    return state;
  }

  @Override
  public void load(SafetensorsFile file) {
    Map<String, NDArray> state = state();
    Set<String> extra = new LinkedHashSet<>(file.names());
    extra.removeAll(state.keySet());
    if (!extra.isEmpty()) {
      throw new TensorException(
          file.path() + ": not of this optimizer: " + extra.iterator().next());
    }
    state.forEach(
        (name, array) -> {
          SafetensorsFile.Entry entry = file.entry(name);
          if (!entry.shape().equals(array.getShape()) || entry.loadedAs() != array.getDataType()) {
            throw new TensorException(
                "%s: %s is %s %s, expected %s %s"
                    .formatted(
                        file.path(),
                        name,
                        entry.dtype(),
                        entry.shape(),
                        array.getDataType(),
                        array.getShape()));
          }
        });
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      state.forEach((name, array) -> array.set(file.buffer(name)));
    }
    steps = stepArray.getLong();
  }
}
