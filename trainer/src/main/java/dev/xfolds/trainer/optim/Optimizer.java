package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import java.util.List;
import java.util.Map;

/** Moves parameters along their gradients, in place. */
public sealed interface Optimizer permits Adam {

  /**
   * One step from the gradients gathered in the parameters, which it leaves as they are. Not inside
   * of a recording.
   *
   * @param learningRate of this step
   * @param gradientFactor by which each gradient is multiplied first: clipping, averaging
   */
  void step(double learningRate, double gradientFactor);

  /** Steps taken, those before a {@link #load} too. */
  long steps();

  /** The state by name, live arrays; float32, and the steps as int64. */
  Map<String, NDArray> state();

  /**
   * Continues from a saved state.
   *
   * @throws dev.xfolds.trainer.tensor.TensorException naming what is missing, too much or of
   *     another shape
   */
  void load(SafetensorsFile file);

  /**
   * The optimizer of a plan, with a state of zeros.
   *
   * @param trained the parameters to move
   * @param manager owns the state; must outlive every step
   */
  static Optimizer create(OptimizerPlan plan, List<Parameter> trained, NDManager manager) {
    return switch (plan.getKindCase()) {
      case ADAM -> adam(plan.getAdam(), false, trained, manager);
      case ADAMW -> adam(plan.getAdamw(), true, trained, manager);
      case KIND_NOT_SET ->
          throw new IllegalArgumentException(
              "training.optimizer must be adam or adamw; it is neither");
    };
  }

  /** The learning rate before the schedule's factor. */
  static double learningRate(OptimizerPlan plan) {
    return switch (plan.getKindCase()) {
      case ADAM -> plan.getAdam().getLearningRate();
      case ADAMW -> plan.getAdamw().getLearningRate();
      case KIND_NOT_SET -> 0;
    };
  }

  private static Optimizer adam(
      AdamPlan plan, boolean decoupled, List<Parameter> trained, NDManager manager) {
    AdamSettings settings =
        new AdamSettings(
            plan.getBeta1(), plan.getBeta2(), plan.getEpsilon(), plan.getWeightDecay(), decoupled);
    return new Adam(settings, trained, manager);
  }
}
