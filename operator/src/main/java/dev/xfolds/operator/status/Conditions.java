package dev.xfolds.operator.status;

import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.observe.Wait;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The conditions of a run, without times: all of them always, QuotaReserved only with a queue. */
final class Conditions {
  private static final Set<Phase> PROGRESSING =
      Set.of(
          Phase.CACHING, Phase.TRAINING, Phase.VALIDATING, Phase.CHECKPOINTING, Phase.EVALUATING);

  /** Reason of a trainer whose pod is up and that nobody hears. */
  static final String SILENT = "TrainerSilent";

  private Conditions() {}

  static List<Condition> of(Observation seen) {
    Condition accepted = condition("Accepted", true, "Planned", "the plan has no problem");
    return Stream.of(
            Stream.of(accepted),
            seen.queue().map(queue -> quotaReserved(queue, seen.counts().jobs())).stream(),
            Stream.of(
                podsReady(seen),
                progressing(seen),
                checkpointed(seen),
                evaluated(seen),
                suspended(seen),
                complete(seen),
                failed(seen)))
        .flatMap(conditions -> conditions)
        .toList();
  }

  /** Of a run that has no plan. */
  static List<Condition> of(Statuses.Unplanned why) {
    return List.of(
        new Condition(
            "Accepted", why.wrong() ? "False" : "Unknown", why.reason(), why.message(), null, null),
        condition("Progressing", false, why.reason(), why.message()),
        condition("Complete", false, "NotDone", "the run is not done"),
        condition(
            "Failed",
            why.wrong(),
            why.wrong() ? why.reason() : "NotFailed",
            why.wrong() ? why.message() : "nothing failed for good"));
  }

  private static Condition quotaReserved(QueueView queue, int jobs) {
    if (!queue.installed()) {
      return condition(
          "QuotaReserved",
          false,
          "QueueMissing",
          "spec.scheduling.queue is %s, but this cluster had no Kueue (kueue.x-k8s.io) when the operator started: install it and restart the operator, or make a new TrainingRun without a queue"
              .formatted(queue.name()));
    }
    if (queue.workload().isEmpty()) {
      return condition(
          "QuotaReserved",
          false,
          "NoWorkload",
          jobs == 0
              ? "no Job has joined queue %s yet".formatted(queue.name())
              : "Kueue has made no Workload for trainer Job %d yet".formatted(jobs));
    }
    QueueView.Workload workload = queue.workload().get();
    String behind =
        jobs > 1 && !workload.reserved()
            ? "; Job %d follows one that ended, and queues at the end".formatted(jobs)
            : "";
    return condition(
        "QuotaReserved", workload.reserved(), workload.reason(), workload.message() + behind);
  }

  private static Condition podsReady(Observation seen) {
    Optional<Condition> rest = podsRest(seen.verdict());
    return rest.isPresent() && seen.waiting().isEmpty() ? rest.get() : wantedPodsReady(seen);
  }

  private static Condition wantedPodsReady(Observation seen) {
    boolean evaluator =
        seen.plan().getEvaluationsCount() == 0 || seen.evaluator() == PodState.READY;
    if (evaluator && seen.trainers().allReady()) {
      return condition("PodsReady", true, "Ready", "every pod answers its probes");
    }
    return condition(
        "PodsReady",
        false,
        seen.waiting()
            .map(wait -> wait.cause().reason())
            .orElse(evaluator ? "TrainerNotReady" : "EvaluatorNotReady"),
        "%s, evaluator is %s%s"
            .formatted(
                trainers(seen.trainers()),
                evaluatorWord(seen),
                seen.waiting().map(wait -> "; " + wait.text()).orElse("")));
  }

  /** Of a run that wants no pods now. */
  private static Optional<Condition> podsRest(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Succeeded() ->
          Optional.of(condition("PodsReady", false, "Complete", "a complete run needs no pods"));
      case Verdict.Failed(String reason, String _, boolean _) ->
          Optional.of(condition("PodsReady", false, reason, "a failed run needs no pods"));
      case Verdict.Stopped(String reason, String _) ->
          Optional.of(condition("PodsReady", false, reason, "a stopped run has no pods"));
      case Verdict.Waiting(String reason, String _) ->
          Optional.of(
              condition("PodsReady", false, reason, "a run that waits wants no trainer pods"));
      case Verdict.Undecided _, Verdict.BackingOff _, Verdict.Stopping _ -> Optional.empty();
    };
  }

  private static Condition progressing(Observation seen) {
    boolean alive = !seen.attempts().isEmpty() && seen.attempts().getLast().running();
    Phase phase = seen.progress().map(RunProgress::getPhase).orElse(Phase.PHASE_UNSPECIFIED);
    boolean up =
        alive
            && seen.trainerIsUp()
            && (seen.verdict() instanceof Verdict.Undecided
                || seen.verdict() instanceof Verdict.Stopping);
    if (up && PROGRESSING.contains(phase)) {
      RunProgress progress = seen.progress().orElseThrow();
      String step =
          progress.getTotalSteps() > 0
              ? "step %d of %d".formatted(progress.getStep(), progress.getTotalSteps())
              : seen.plan().hasTraining()
                  ? "no step in this attempt yet"
                  : "%d of %d questions answered"
                      .formatted(progress.getQuestionsAnswered(), progress.getQuestionsTotal());
      return seen.silentSince()
          .map(
              since ->
                  unheard(
                      seen,
                      "%s, as the trainer said at %s; it does not answer since"
                          .formatted(step, since.truncatedTo(ChronoUnit.SECONDS))))
          .orElseGet(() -> condition("Progressing", true, camelCase(phase), step));
    }
    if (up && refused(seen).isPresent()) {
      return unheard(seen, "this operator has not heard the trainer");
    }
    return switch (seen.verdict()) {
      case Verdict.BackingOff(int _, int _, String message) ->
          condition("Progressing", false, "BackingOff", message);
      case Verdict.Waiting(String reason, String message) ->
          condition("Progressing", false, reason, message);
      case Verdict.Undecided() when seen.done() ->
          condition(
              "Progressing",
              false,
              "WaitingForReports",
              "training is done; waits for the evaluator's reports, evaluator is "
                  + evaluatorWord(seen)
                  + seen.waiting().map(wait -> "; " + wait.text()).orElse(""));
      case Verdict.Undecided() ->
          condition(
              "Progressing",
              false,
              alive ? "Starting" : "Pending",
              "no step in this attempt yet"
                  + seen.waiting().map(wait -> "; " + wait.text()).orElse(""));
      case Verdict.Stopping(String _, String message) ->
          condition("Progressing", false, "Stopping", onTheWay(message));
      case Verdict.Stopped(String _, String message) ->
          condition("Progressing", false, "Stopped", message);
      case Verdict.Succeeded() -> condition("Progressing", false, "Complete", "nothing is left");
      case Verdict.Failed(String reason, String message, boolean _) ->
          condition("Progressing", false, reason, message);
    };
  }

  /** Of a trainer that may well train: it is silent, or the operator may not ask it. */
  private static Condition unheard(Observation seen, String message) {
    return new Condition(
        "Progressing",
        "Unknown",
        refused(seen).map(wait -> wait.cause().reason()).orElse(SILENT),
        message + refused(seen).map(wait -> "; " + wait.text()).orElse(""),
        null,
        null);
  }

  private static Optional<Wait> refused(Observation seen) {
    return seen.waiting().filter(wait -> wait.who().equals(Wait.OPERATOR));
  }

  private static Condition checkpointed(Observation seen) {
    return seen.progress()
        .filter(progress -> !progress.getCheckpointDigest().isEmpty())
        .map(
            progress ->
                condition(
                    "Checkpointed",
                    true,
                    "Written",
                    "step %d, digest %s"
                        .formatted(
                            progress.getCheckpointStep(),
                            shortened(progress.getCheckpointDigest()))))
        .orElseGet(() -> condition("Checkpointed", false, "None", "no checkpoint is known"));
  }

  private static Condition evaluated(Observation seen) {
    Set<String> done =
        seen.reports().stream().map(Report::getTask).collect(Collectors.toUnmodifiableSet());
    List<String> missing =
        seen.plan().getEvaluationsList().stream()
            .map(EvaluationPlan::getTask)
            .filter(task -> !done.contains(task))
            .toList();
    if (seen.plan().getEvaluationsCount() == 0) {
      return condition("Evaluated", false, "NotWanted", "spec.evaluation is empty");
    }
    return missing.isEmpty()
        ? condition("Evaluated", true, "Reported", "every task has a report")
        : condition(
            "Evaluated", false, "Pending", "no report yet on " + String.join(", ", missing));
  }

  private static Condition suspended(Observation seen) {
    return switch (seen.verdict()) {
      case Verdict.Stopped(String reason, String message) ->
          condition("Suspended", true, reason, message);
      case Verdict.Stopping(String _, String message) ->
          condition("Suspended", false, "Stopping", onTheWay(message));
      case Verdict.Succeeded _, Verdict.Failed _ -> notSuspended("the run is over");
      case Verdict.Undecided _ when seen.done() ->
          notSuspended("training is done: there is nothing to stop");
      case Verdict.Undecided _, Verdict.Waiting _, Verdict.BackingOff _ ->
          notSuspended("nobody asked to stop");
    };
  }

  private static Condition notSuspended(String why) {
    return condition("Suspended", false, "NotSuspended", why);
  }

  private static String onTheWay(String why) {
    return "stopping, because "
        + why
        + "; waits until the trainer's pods have written a checkpoint and are gone";
  }

  private static Condition complete(Observation seen) {
    return seen.verdict() instanceof Verdict.Succeeded
        ? condition("Complete", true, "Done", "training is done and every report is there")
        : condition("Complete", false, "NotDone", "the run is not done");
  }

  private static Condition failed(Observation seen) {
    return seen.verdict() instanceof Verdict.Failed(String reason, String message, boolean _)
        ? condition("Failed", true, reason, message)
        : condition("Failed", false, "NotFailed", "nothing failed for good");
  }

  private static Condition condition(String type, boolean is, String reason, String message) {
    return new Condition(type, is ? "True" : "False", reason, message, null, null);
  }

  private static String evaluatorWord(Observation seen) {
    return seen.plan().getEvaluationsCount() == 0 ? "not wanted" : word(seen.evaluator());
  }

  /** Of several trainers, how many are ready, and one that is not. */
  private static String trainers(Ranks ranks) {
    int all = ranks.states().size();
    if (all == 1) {
      return "trainer is " + word(ranks.first());
    }
    return "%d of %d trainer pods are ready%s"
        .formatted(
            ranks.ready(),
            all,
            IntStream.range(0, all)
                .filter(rank -> ranks.states().get(rank) != PodState.READY)
                .mapToObj(
                    rank ->
                        ", that of worker %d is %s".formatted(rank, word(ranks.states().get(rank))))
                .findFirst()
                .orElse(""));
  }

  private static String word(PodState state) {
    return switch (state) {
      case ABSENT -> "not started";
      case STARTING -> "starting";
      case READY -> "ready";
      case NOT_READY -> "not ready";
      case ENDED -> "ended";
    };
  }

  private static String camelCase(Phase phase) {
    String name = phase.name();
    return name.charAt(0) + name.substring(1).toLowerCase(java.util.Locale.ROOT);
  }

  private static String shortened(String digest) {
    return digest.length() <= 16 ? digest : digest.substring(0, 16);
  }
}
