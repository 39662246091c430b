package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.SgdPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Moves parameters along their gradients, in place, and remembers what its rules ask for. */
public final class Optimizer {

  /**
   * Weights that one rule moves.
   *
   * @param rate the learning rate before the schedule's factor
   */
  record Group(Rule rule, double rate, List<Parameter> weights) {}

  /** What this process moves of a group. */
  private record Moved(Group group, List<Piece> pieces, TensorList arrays, TensorList numbers) {}

  private final Share share;
  private final SavedState state;
  private final WeightAverage average;
  private final NDArray number;
  private final NDManager manager;
  private final List<Moved> groups = new ArrayList<>();

  /** By group and by what its rule remembers. */
  private final List<List<TensorList>> memories = new ArrayList<>();

  /**
   * Starts with memories of zero, which are made when they are first asked for: behind a first
   * backward pass they find the memory of its activations.
   *
   * @param decay of the average of weights, 0: none
   * @param parameters of the model
   * @param share of this process
   * @param manager owns the state; must outlive every step
   */
  Optimizer(
      List<Group> groups, double decay, ParameterSet parameters, Share share, NDManager manager) {
    this.share = share;
    this.state = new SavedState(share, manager);
    this.number = manager.zeros(new Shape());
    this.manager = manager;
    for (Group group : groups) {
      group.weights().forEach(weight -> declare(group.rule(), weight));
      List<Piece> pieces =
          group.weights().stream().flatMap(weight -> share.of(weight).stream()).toList();
      if (!pieces.isEmpty()) {
        this.groups.add(moved(group, pieces));
      }
    }
    this.average = new WeightAverage(decay, parameters, state, manager);
  }

  private void declare(Rule rule, Parameter weight) {
    for (Rule.Memory memory : rule.memories()) {
      state.declare(
          name(memory, weight),
          new SavedState.Tensor(memory.shape().apply(weight.shape()), memory.type()));
    }
  }

  private static String name(Rule.Memory memory, Parameter weight) {
    return memory.prefix() + "." + weight.name();
  }

  private Moved moved(Group group, List<Piece> pieces) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return new Moved(
          group,
          pieces,
          TensorList.of(pieces.stream().map(Piece::array).toList(), manager),
          TensorList.of(Collections.nCopies(pieces.size(), number), manager));
    }
  }

  private List<List<TensorList>> memories() {
    if (memories.isEmpty()) {
      groups.forEach(moved -> memories.add(memories(moved)));
    }
    return memories;
  }

  private List<TensorList> memories(Moved moved) {
    return moved.group().rule().memories().stream()
        .map(
            memory ->
                TensorList.of(
                    moved.pieces().stream().map(piece -> zeros(memory, piece)).toList(), manager))
        .toList();
  }

  private NDArray zeros(Rule.Memory memory, Piece piece) {
    return state.zeros(
        name(memory, piece.weight()),
        memory.shape().apply(piece.shape()),
        piece.from() / memory.elements());
  }

  /**
   * One step from the gradients gathered in the parameters. Not inside of a recording.
   *
   * @param rateFactor by which each learning rate is multiplied: the schedule's
   * @param gradientFactor by which each gradient is multiplied first, in place: clipping, averaging
   */
  public void step(double rateFactor, double gradientFactor) {
    List<List<TensorList>> memories = memories();
    state.count();
    number.set(new float[] {(float) state.steps()});
    for (int i = 0; i < groups.size(); i++) {
      Moved moved = groups.get(i);
      Group group = moved.group();
      try (TensorList gradients = share.gradients(moved.pieces())) {
        Gradients.scale(gradients, gradientFactor);
        group
            .rule()
            .move(
                moved.arrays(),
                gradients,
                memories.get(i),
                new Rule.Step(group.rate() * rateFactor, state.steps(), moved.numbers()));
      }
    }
  }

  /** Steps taken, those before a {@link #load} too. */
  public long steps() {
    return state.steps();
  }

  /**
   * This process's part of the state by name, live arrays; float32, uint8 for codes, and the steps
   * as int64.
   */
  public Map<String, NDArray> state() {
    memories();
    return state.arrays();
  }

  /**
   * Continues from a saved state.
   *
   * @param files of all processes that have saved it, as many as there were
   * @throws dev.xfolds.trainer.tensor.TensorException naming what is missing, too much or of
   *     another shape
   */
  public void load(List<SafetensorsFile> files) {
    memories();
    state.load(files);
  }

  /** Bytes of this process's part of the state. */
  public long bytes() {
    memories();
    return state.bytes();
  }

  /** What of the weights is shown, and where their average is moved. */
  public WeightAverage average() {
    return average;
  }

  /**
   * The optimizer of a plan, with a state of zeros.
   *
   * @param parameters of the model; its trained ones are moved
   * @param share of this process
   * @param manager owns the state; must outlive every step
   * @throws dev.xfolds.trainer.tensor.TensorException naming what of a group selects nothing
   */
  public static Optimizer create(
      TrainingPlan plan, ParameterSet parameters, Share share, NDManager manager) {
    List<ParameterGroups.Group> groups =
        ParameterGroups.of(
            plan.getOptimizer(), plan.getParameterGroupsList(), parameters.trained());
    return new Optimizer(
        groups.stream().flatMap(group -> groups(group.plan(), group.weights())).toList(),
        plan.getEmaDecay(),
        parameters,
        share,
        manager);
  }

  private static Stream<Group> groups(OptimizerPlan plan, List<Parameter> trained) {
    double rate = learningRate(plan);
    return switch (plan.getKindCase()) {
      case ADAM ->
          Stream.of(new Group(new AdamRule(Moments.of(plan.getAdam()), false), rate, trained));
      case ADAMW ->
          Stream.of(new Group(new AdamRule(Moments.of(plan.getAdamw()), true), rate, trained));
      case ADAMAX ->
          Stream.of(new Group(new AdamaxRule(Moments.of(plan.getAdamax())), rate, trained));
      case ADAMW8BIT -> {
        Moments moments = Moments.of(plan.getAdamw8Bit());
        Map<Boolean, List<Parameter>> served =
            trained.stream()
                .collect(Collectors.partitioningBy(p -> EightBitAdamRule.serves(p.shape())));
        yield Stream.of(
            new Group(new EightBitAdamRule(moments), rate, served.get(true)),
            new Group(new AdamRule(moments, true), rate, served.get(false)));
      }
      case SGD -> {
        SgdPlan sgd = plan.getSgd();
        yield Stream.of(
            new Group(
                new SgdRule(sgd.getMomentum(), sgd.getNesterov(), sgd.getWeightDecay()),
                rate,
                trained));
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
