package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.status.Statuses;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Runs that wait for each other's weights, and so for ever. */
final class InitFromCycle {
  /** Reason of a run that such a cycle failed. */
  static final String REASON = "InitFromCycle";

  /** A run that has not begun waits for its source, or was stopped before. */
  private static final Set<String> NOT_BEGUN = Set.of("WaitingForRun", "Stopped");

  private InitFromCycle() {}

  /**
   * The names from a run back to itself, arrows between them; empty if it waits for no run that
   * waits for it. A run that has begun waits for nobody, whatever its spec says.
   *
   * @param run that has not begun
   * @param others runs of the same namespace by name
   */
  static Optional<String> of(TrainingRun run, Function<String, Optional<TrainingRun>> others) {
    String self = run.getMetadata().getName();
    Set<String> names = new LinkedHashSet<>();
    names.add(self);
    Optional<String> next = source(run);
    while (next.isPresent() && names.add(next.get())) {
      next = next.flatMap(others).filter(InitFromCycle::waits).flatMap(InitFromCycle::source);
    }
    return next.filter(self::equals)
        .map(last -> String.join(" -> ", Stream.concat(names.stream(), Stream.of(last)).toList()));
  }

  static Optional<String> source(TrainingRun run) {
    return Optional.ofNullable(run.getSpec())
        .map(spec -> spec.initFrom())
        .map(initFrom -> initFrom.run());
  }

  /** One that failed by the cycle is part of it all the same: each of them is to say so. */
  private static boolean waits(TrainingRun run) {
    TrainingRunStatus status = run.getStatus();
    if (status == null) {
      return true;
    }
    if (Statuses.isTerminal(status)) {
      return Admission.failure(status).filter(why -> why.reason().equals(REASON)).isPresent();
    }
    return Objects.requireNonNullElse(status.jobCount(), 0) == 0
        && status.conditions().stream()
            .filter(condition -> condition.type().equals("Progressing"))
            .map(Condition::reason)
            .anyMatch(NOT_BEGUN::contains);
  }
}
