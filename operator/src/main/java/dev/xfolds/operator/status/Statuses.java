package dev.xfolds.operator.status;

import static dev.xfolds.operator.status.Decimals.decimal;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.ComputeStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.MetricStatus;
import dev.xfolds.operator.api.ProgressStatus;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.Tail;
import dev.xfolds.operator.observe.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Observation to status. */
public final class Statuses {
  private static final int MAX_ATTEMPTS = 20;
  private static final int MAX_MESSAGE = 4096;
  private static final int MAX_ATTEMPT_MESSAGE = 1024;

  private Statuses() {}

  /**
   * The status after an observation. Of a trainer that still reads its data or its checkpoint, and
   * does not know its number of steps yet, nothing is taken: what an attempt before it has told
   * stays.
   *
   * @param before the status so far; a terminal one is given back as it is
   */
  public static TrainingRunStatus of(Observation seen, Optional<TrainingRunStatus> before) {
    return of(seen, Optional.empty(), before);
  }

  /**
   * The same, and what the plan warns of.
   *
   * @param warnings empty if the run was planned before: those that status has stay
   */
  public static TrainingRunStatus of(
      Observation seen, Optional<List<String>> warnings, Optional<TrainingRunStatus> before) {
    if (before.isPresent() && isTerminal(before.get())) {
      return before.get();
    }
    Optional<RunProgress> told =
        seen.progress().filter(one -> one.getTotalSteps() > 0 || !seen.plan().hasTraining());
    List<Condition> conditions =
        Conditions.of(seen).stream()
            .map(condition -> warned(condition, warnings, before))
            .map(condition -> remembered(condition, seen, before))
            .map(condition -> unheard(condition, seen, before))
            .map(
                condition ->
                    withTransition(condition, before, seen.counts().generation(), seen.at()))
            .toList();
    return new TrainingRunStatus(
        seen.counts().generation(),
        model(seen.plan()),
        state(seen),
        conditions,
        attempts(seen.attempts()),
        seen.counts().attempts(),
        seen.counts().restarts(),
        seen.counts().jobs(),
        told.map(progress -> progress(progress, seen.silentSince(), isTraining(seen)))
            .orElseGet(
                () -> before.map(TrainingRunStatus::progress).map(Statuses::old).orElse(null)),
        told.map(Statuses::metrics)
            .orElseGet(() -> before.map(TrainingRunStatus::metrics).orElse(List.of())),
        seen.reports().isEmpty()
            ? before.map(TrainingRunStatus::evaluations).orElse(List.of())
            : Evaluations.of(seen.reports()),
        told.map(progress -> compute(seen.plan(), progress))
            .orElseGet(() -> before.map(TrainingRunStatus::compute).orElse(null)));
  }

  /** What an operator before this one wrote down, without the rates of that time. */
  private static ProgressStatus old(ProgressStatus progress) {
    return new ProgressStatus(progress.step(), progress.total(), null, null, progress.heardAt());
  }

  private static Condition warned(
      Condition now, Optional<List<String>> warnings, Optional<TrainingRunStatus> before) {
    if (!now.type().equals("Accepted")) {
      return now;
    }
    if (warnings.isEmpty()) {
      return wasTrue(now, before).orElse(now);
    }
    return warnings.get().isEmpty()
        ? now
        : new Condition(
            now.type(),
            now.status(),
            now.reason(),
            "the plan has no problem; it warns: " + String.join("; ", warnings.get()),
            null,
            null);
  }

  private static Optional<Condition> wasTrue(Condition now, Optional<TrainingRunStatus> before) {
    return before.stream()
        .flatMap(status -> status.conditions().stream())
        .filter(old -> old.type().equals(now.type()) && old.status().equals("True"))
        .findFirst();
  }

  /** A checkpoint and reports do not go away because nobody can be asked about them now. */
  private static Condition remembered(
      Condition now, Observation seen, Optional<TrainingRunStatus> before) {
    boolean unasked =
        (now.type().equals("Checkpointed")
                && seen.progress().filter(Statuses::knowsItsCheckpoint).isEmpty())
            || (now.type().equals("Evaluated") && seen.reports().isEmpty());
    return unasked ? wasTrue(now, before).orElse(now) : now;
  }

  /** An operator that has just started has not heard a trainer that trains. */
  private static Condition unheard(
      Condition now, Observation seen, Optional<TrainingRunStatus> before) {
    if (!now.type().equals("Progressing") || !now.reason().equals("Starting")) {
      return now;
    }
    return before
        .filter(status -> isOfTheSameAttempt(status, seen))
        .flatMap(
            status ->
                status.conditions().stream()
                    .filter(old -> old.type().equals("Progressing"))
                    .filter(
                        old ->
                            old.status().equals("True") || old.reason().equals(Conditions.SILENT))
                    .findFirst())
        .map(
            old ->
                old.reason().equals(Conditions.SILENT)
                    ? old
                    : new Condition(
                        "Progressing",
                        "Unknown",
                        Conditions.SILENT,
                        old.message()
                            + ", as status had it; this operator has not heard the trainer",
                        null,
                        null))
        .orElse(now);
  }

  private static boolean isOfTheSameAttempt(TrainingRunStatus status, Observation seen) {
    return !status.attempts().isEmpty()
        && !seen.attempts().isEmpty()
        && status.attempts().getLast().number() == seen.attempts().getLast().number();
  }

  private static boolean knowsItsCheckpoint(RunProgress progress) {
    return progress.getTotalSteps() > 0 || !progress.getCheckpointDigest().isEmpty();
  }

  /**
   * The status of a run that has no plan.
   *
   * @param before the status so far; a terminal one is given back as it is
   */
  public static TrainingRunStatus unplanned(
      Unplanned why, long generation, Instant at, Optional<TrainingRunStatus> before) {
    if (before.isPresent() && isTerminal(before.get())) {
      return before.get();
    }
    List<Condition> conditions =
        Conditions.of(why).stream()
            .map(condition -> withTransition(condition, before, generation, at))
            .toList();
    String state = why.wrong() ? "Failed" : "Waiting";
    return before
        .map(
            account ->
                new TrainingRunStatus(
                    generation,
                    account.model(),
                    state,
                    conditions,
                    account.attempts(),
                    account.attemptCount(),
                    account.restartCount(),
                    account.jobCount(),
                    Optional.ofNullable(account.progress()).map(Statuses::old).orElse(null),
                    account.metrics(),
                    account.evaluations(),
                    account.compute()))
        .orElseGet(
            () ->
                new TrainingRunStatus(
                    generation,
                    null,
                    state,
                    conditions,
                    List.of(),
                    0,
                    0,
                    0,
                    null,
                    List.of(),
                    List.of(),
                    null));
  }

  /**
   * Why a run has no plan.
   *
   * @param reason one CamelCase word
   * @param wrong whether only another TrainingRun can mend it
   */
  public record Unplanned(String reason, String message, boolean wrong) {}

  /** Whether a status says Complete or Failed: then it never changes again. */
  public static boolean isTerminal(TrainingRunStatus status) {
    return status.conditions().stream()
        .anyMatch(
            condition ->
                (condition.type().equals("Complete") || condition.type().equals("Failed"))
                    && condition.status().equals("True"));
  }

  private static Condition withTransition(
      Condition now, Optional<TrainingRunStatus> before, long generation, Instant at) {
    String since =
        before
            .flatMap(
                status ->
                    status.conditions().stream()
                        .filter(old -> old.type().equals(now.type()))
                        .filter(old -> old.status().equals(now.status()))
                        .findFirst())
            .map(Condition::lastTransitionTime)
            .orElse(at.truncatedTo(ChronoUnit.SECONDS).toString());
    String message =
        now.message().length() <= MAX_MESSAGE
            ? now.message()
            : now.message().substring(0, MAX_MESSAGE);
    return new Condition(now.type(), now.status(), now.reason(), message, generation, since);
  }

  private static String model(RunPlan plan) {
    return switch (plan.getModel().getKindCase()) {
      case CLIP -> "clip";
      case VQA_CLASSIFIER -> "vqaClassifier";
      case KIND_NOT_SET -> null;
    };
  }

  private static String state(Observation seen) {
    return switch (seen.verdict()) {
      case Verdict.Succeeded() -> "Complete";
      case Verdict.Failed(String _, String _, boolean _) -> "Failed";
      case Verdict.Stopped(String _, String _) -> "Suspended";
      case Verdict.Waiting(String _, String _) -> "Waiting";
      case Verdict.BackingOff(int _, int _, String _) -> "Pending";
      case Verdict.Undecided _, Verdict.Stopping _ -> {
        boolean running =
            !seen.attempts().isEmpty()
                && seen.attempts().getLast().running()
                && (seen.trainer() == PodState.READY || seen.trainer() == PodState.NOT_READY);
        boolean evaluating =
            seen.progress().filter(p -> p.getPhase() == Phase.EVALUATING).isPresent();
        if (seen.done()) {
          yield "Evaluating";
        }
        yield running ? evaluating ? "Evaluating" : "Running" : "Pending";
      }
    };
  }

  private static List<AttemptStatus> attempts(List<Attempt> attempts) {
    return attempts.subList(Math.max(0, attempts.size() - MAX_ATTEMPTS), attempts.size()).stream()
        .map(
            attempt ->
                new AttemptStatus(
                    attempt.number(),
                    attempt.startedAt().toString(),
                    attempt.endedAt().map(Instant::toString).orElse(null),
                    given(attempt.node()),
                    attempt.exitCode().isPresent() ? attempt.exitCode().getAsInt() : null,
                    given(attempt.reason()),
                    given(Tail.of(attempt.message(), MAX_ATTEMPT_MESSAGE))))
        .toList();
  }

  private static boolean isTraining(Observation seen) {
    return !seen.attempts().isEmpty() && seen.attempts().getLast().running();
  }

  /** Rates are of the moment: an old one is none, and that of an attempt that has ended is old. */
  private static ProgressStatus progress(
      RunProgress progress, Optional<Instant> silentSince, boolean training) {
    boolean now = training && silentSince.isEmpty();
    return new ProgressStatus(
        progress.getStep(),
        progress.getTotalSteps(),
        now ? decimal(progress.getSamplesPerSecond()) : null,
        now ? Math.round(progress.getEtaSeconds()) : null,
        silentSince.map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(null));
  }

  private static List<MetricStatus> metrics(RunProgress progress) {
    List<MetricStatus> metrics = new ArrayList<>();
    metrics.add(new MetricStatus("loss", decimal(progress.getLoss())));
    metrics.add(new MetricStatus("learning_rate", decimal(progress.getLearningRate())));
    metrics.add(new MetricStatus("gradient_norm", decimal(progress.getGradientNorm())));
    if (progress.hasValidation()) {
      metrics.add(new MetricStatus("validation", decimal(progress.getValidation())));
    }
    return metrics;
  }

  private static ComputeStatus compute(RunPlan plan, RunProgress progress) {
    Compute compute = Compute.of(plan, progress);
    return new ComputeStatus(
        decimal(compute.deviceSeconds()),
        decimal(compute.peakPfDays()),
        decimal(compute.countedPfDays()),
        decimal(compute.lostPfDays()),
        compute.mfu().isPresent() ? decimal(compute.mfu().getAsDouble()) : null,
        switch (plan.getTraining().getPrecision()) {
          case FP32 -> dev.xfolds.operator.api.Precision.FP32;
          case TF32 -> dev.xfolds.operator.api.Precision.TF32;
          case BF16 -> dev.xfolds.operator.api.Precision.BF16;
          case PRECISION_UNSPECIFIED, UNRECOGNIZED -> null;
        },
        compute.explained());
  }

  private static String given(String text) {
    return text.isEmpty() ? null : text;
  }
}
