package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.SgdPlan;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Moves parameters along their gradients, in place, and remembers what its rules ask for. */
public final class Optimizer {

  /** Weights that one rule moves. */
  record Group(Rule rule, List<Parameter> weights) {}

  private record Lists(
      Rule rule,
      List<Parameter> weights,
      TensorList arrays,
      List<TensorList> memories,
      TensorList numbers) {}

  private final SavedState state;
  private final NDArray number;
  private final List<Lists> groups = new ArrayList<>();

  /**
   * Starts with memories of zero.
   *
   * @param manager owns the state; must outlive every step
   */
  Optimizer(List<Group> groups, NDManager manager) {
    this.state = new SavedState(manager);
    this.number = manager.zeros(new Shape());
    for (Group group : groups) {
      if (!group.weights().isEmpty()) {
        this.groups.add(lists(group, manager));
      }
    }
  }

  private Lists lists(Group group, NDManager manager) {
    List<TensorList> memories = new ArrayList<>();
    for (Rule.Memory memory : group.rule().memories()) {
      memories.add(
          TensorList.of(
              group.weights().stream()
                  .map(
                      weight ->
                          state.zeros(
                              memory.prefix() + "." + weight.name(),
                              memory.shape().apply(weight.shape()),
                              memory.type()))
                  .toList(),
              manager));
    }
    return new Lists(
        group.rule(),
        group.weights(),
        TensorList.of(group.weights().stream().map(Parameter::array).toList(), manager),
        memories,
        TensorList.of(Collections.nCopies(group.weights().size(), number), manager));
  }

  /**
   * One step from the gradients gathered in the parameters. Not inside of a recording.
   *
   * @param learningRate of this step
   * @param gradientFactor by which each gradient is multiplied first, in place: clipping, averaging
   */
  public void step(double learningRate, double gradientFactor) {
    state.count();
    number.set(new float[] {(float) state.steps()});
    for (Lists group : groups) {
      try (TensorList gradients = Gradients.scaled(group.weights(), gradientFactor)) {
        group
            .rule()
            .move(
                group.arrays(),
                gradients,
                group.memories(),
                new Rule.Step(learningRate, state.steps(), group.numbers()));
      }
    }
  }

  /** Steps taken, those before a {@link #load} too. */
  public long steps() {
    return state.steps();
  }

  /** The state by name, live arrays; float32, uint8 for codes, and the steps as int64. */
  public Map<String, NDArray> state() {
    return state.arrays();
  }

  /**
   * Continues from a saved state.
   *
   * @throws dev.xfolds.trainer.tensor.TensorException naming what is missing, too much or of
   *     another shape
   */
  public void load(SafetensorsFile file) {
    state.load(file);
  }

  /**
   * The optimizer of a plan, with a state of zeros.
   *
   * @param trained the parameters to move
   * @param manager owns the state; must outlive every step
   */
  public static Optimizer create(OptimizerPlan plan, List<Parameter> trained, NDManager manager) {
    return new Optimizer(groups(plan, trained), manager);
  }

  private static List<Group> groups(OptimizerPlan plan, List<Parameter> trained) {
    return switch (plan.getKindCase()) {
      case ADAM -> List.of(new Group(new AdamRule(Moments.of(plan.getAdam()), false), trained));
      case ADAMW -> List.of(new Group(new AdamRule(Moments.of(plan.getAdamw()), true), trained));
      case ADAMAX -> List.of(new Group(new AdamaxRule(Moments.of(plan.getAdamax())), trained));
      case ADAMW8BIT -> {
        Moments moments = Moments.of(plan.getAdamw8Bit());
        yield List.of(
            new Group(
                new EightBitAdamRule(moments),
                trained.stream().filter(p -> EightBitAdamRule.serves(p.shape())).toList()),
            new Group(
                new AdamRule(moments, true),
                trained.stream().filter(p -> !EightBitAdamRule.serves(p.shape())).toList()));
      }
      case SGD -> {
        SgdPlan sgd = plan.getSgd();
        yield List.of(
            new Group(
                new SgdRule(sgd.getMomentum(), sgd.getNesterov(), sgd.getWeightDecay()), trained));
      }
      case KIND_NOT_SET ->
          throw new IllegalArgumentException(
              "training.optimizer must be adam, adamw, adamax, adamw8bit or sgd; it is none");
    };
  }

  /** The learning rate before the schedule's factor. */
  public static double learningRate(OptimizerPlan plan) {
    return switch (plan.getKindCase()) {
      case ADAM -> plan.getAdam().getLearningRate();
      case ADAMW -> plan.getAdamw().getLearningRate();
      case ADAMAX -> plan.getAdamax().getLearningRate();
      case ADAMW8BIT -> plan.getAdamw8Bit().getLearningRate();
      case SGD -> plan.getSgd().getLearningRate();
      case KIND_NOT_SET -> 0;
    };
  }
}
