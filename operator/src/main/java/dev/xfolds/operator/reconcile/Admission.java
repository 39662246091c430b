package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.Problem;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.plan.Options;
import dev.xfolds.operator.plan.PlannedRun;
import dev.xfolds.operator.plan.Planner;
import dev.xfolds.operator.status.Statuses;
import dev.xfolds.operator.status.Statuses.Unplanned;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether a run may begin: its plan is good, and the run that it starts from is complete. */
final class Admission {
  private static final Planner PLANNER = new Planner(Options.DEFAULT);

  private Admission() {}

  /** What comes out. */
  sealed interface Outcome {
    /**
     * To begin, or begun.
     *
     * @param warnings of the plan; empty if it was made before: then status has them
     */
    record Planned(RunPlan plan, Optional<List<String>> warnings) implements Outcome {
      /** A run that has begun with its plan. */
      Planned(RunPlan plan) {
        this(plan, Optional.empty());
      }
    }

    /** Planned, but not to begin yet. */
    record Waiting(RunPlan plan, List<String> warnings, String reason, String message)
        implements Outcome {}

    /** Planned, but never to begin. */
    record Hopeless(RunPlan plan, List<String> warnings, String reason, String message)
        implements Outcome {}

    record NoPlan(Unplanned why) implements Outcome {}
  }

  /**
   * Plans a run that has not begun.
   *
   * @param others runs of the same namespace by name
   */
  static Outcome of(TrainingRun run, Function<String, Optional<TrainingRun>> others) {
    Optional<String> cycle = InitFromCycle.of(run, others);
    if (cycle.isPresent()) {
      return new Outcome.NoPlan(
          new Unplanned(
              InitFromCycle.REASON,
              "spec.initFrom.run: each of these runs waits for the next one: %s; to do: delete them, and apply them again with another initFrom in one of them"
                  .formatted(cycle.get()),
              true));
    }
    Optional<String> from = InitFromCycle.source(run);
    Optional<TrainingRun> source = from.flatMap(others);
    if (from.isPresent() && source.isEmpty()) {
      return new Outcome.NoPlan(
          new Unplanned(
              "WaitingForRun",
              "spec.initFrom.run: waits until there is a run %s in this namespace"
                  .formatted(from.get()),
              false));
    }
    return switch (PLANNER.plan(run, name -> others.apply(name).flatMap(Admission::model))) {
      case Planner.Outcome.Rejected(List<Problem> problems, List<String> _) ->
          new Outcome.NoPlan(new Unplanned("Invalid", sentence(problems), true));
      case Planner.Outcome.Accepted(var planned) ->
          source.map(one -> waits(planned, one)).orElseGet(() -> begins(planned));
    };
  }

  private static Outcome begins(PlannedRun planned) {
    return new Outcome.Planned(planned.plan(), Optional.of(planned.warnings()));
  }

  private static Outcome waits(PlannedRun planned, TrainingRun source) {
    String name = source.getMetadata().getName();
    TrainingRunStatus status = source.getStatus();
    if (status == null || !Statuses.isTerminal(status)) {
      return new Outcome.Waiting(
          planned.plan(),
          planned.warnings(),
          "WaitingForRun",
          "starts when run %s is complete, from which it takes weights".formatted(name));
    }
    return failure(status)
        .<Outcome>map(
            failed ->
                new Outcome.Hopeless(
                    planned.plan(),
                    planned.warnings(),
                    "SourceFailed",
                    "run %s, from which it takes weights, failed: %s: %s"
                        .formatted(name, failed.reason(), failed.message())))
        .orElseGet(() -> begins(planned));
  }

  /** Why a run has failed; empty if it has not. */
  static Optional<Condition> failure(TrainingRunStatus status) {
    return status.conditions().stream()
        .filter(condition -> condition.type().equals("Failed"))
        .filter(condition -> condition.status().equals("True"))
        .findFirst();
  }

  private static Optional<ModelPlan> model(TrainingRun run) {
    return Planner.model(run);
  }

  private static String sentence(List<Problem> problems) {
    return problems.stream().map(Problem::text).collect(Collectors.joining("; "));
  }
}
