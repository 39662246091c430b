package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.observe.Tail;
import dev.xfolds.operator.observe.WaitCause;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What {@code kubectl describe} tells beside the conditions: what happened between two statuses.
 */
final class RunEvents {
  /** Bytes that the API server takes. */
  private static final int MAX_NOTE = 1024;

  /**
   * Conditions whose becoming true is worth telling. That a plan has no problem is not: its first
   * attempt says so.
   */
  private static final Set<String> TOLD = Set.of("Suspended", "Complete", "Failed", "Evaluated");

  private static final String PODS_READY = "PodsReady";

  /** Reasons of {@value #PODS_READY} that do not pass by themselves within seconds. */
  private static final Set<String> HINDRANCES =
      Arrays.stream(WaitCause.values())
          .filter(
              cause -> cause != WaitCause.CONTAINER_CREATING && cause != WaitCause.SCHEDULING_GATED)
          .map(WaitCause::reason)
          .collect(Collectors.toUnmodifiableSet());

  private RunEvents() {}

  /**
   * One thing that happened.
   *
   * @param key the same for the same thing of a run, whoever finds it out and when, so that an
   *     operator that was stopped before it wrote status does not tell it again
   */
  record Told(String key, boolean warning, String reason, String note) {}

  static List<Told> between(Optional<TrainingRunStatus> before, TrainingRunStatus now) {
    List<Told> told = new ArrayList<>();
    boolean failed = find(Optional.of(now), "Failed").filter(RunEvents::holds).isPresent();
    for (Condition condition : now.conditions()) {
      boolean wasSo =
          find(before, condition.type())
              .filter(old -> old.status().equals(condition.status()))
              .isPresent();
      boolean bad = condition.type().equals("Failed");
      boolean refused =
          condition.type().equals("Accepted") && condition.status().equals("False") && !failed;
      boolean worth = TOLD.contains(condition.type()) && holds(condition);
      if (!wasSo && (worth || refused)) {
        told.add(
            told(
                bad || refused,
                bad || refused ? condition.reason() : condition.type(),
                condition.message(),
                "%s %s, generation %d, attempt %d"
                    .formatted(
                        condition.type(),
                        condition.status(),
                        condition.observedGeneration(),
                        now.attemptCount())));
      }
    }
    hindrance(before, now).ifPresent(told::add);
    for (AttemptStatus attempt : now.attempts()) {
      Optional<AttemptStatus> old = attempt(before, attempt.number());
      if (old.isEmpty()) {
        told.add(
            told(false, "AttemptStarted", "attempt " + attempt.number(), "of " + attempt.number()));
      }
      if (attempt.endedAt() != null && old.filter(one -> one.endedAt() != null).isEmpty()) {
        told.add(
            told(
                attempt.message() != null, "AttemptEnded", end(attempt), "of " + attempt.number()));
      }
    }
    return told;
  }

  /** What keeps pods from running, once for each attempt. */
  private static Optional<Told> hindrance(
      Optional<TrainingRunStatus> before, TrainingRunStatus now) {
    String known = find(before, PODS_READY).map(Condition::reason).orElse("");
    return find(Optional.of(now), PODS_READY)
        .filter(condition -> HINDRANCES.contains(condition.reason()))
        .filter(condition -> !condition.reason().equals(known))
        .map(
            condition ->
                told(
                    true,
                    condition.reason(),
                    condition.message(),
                    "of pods, attempt " + now.attemptCount()));
  }

  private static boolean holds(Condition condition) {
    return condition.status().equals("True");
  }

  private static String end(AttemptStatus attempt) {
    return "attempt %d: %s%s%s%s"
        .formatted(
            attempt.number(),
            attempt.reason(),
            attempt.exitCode() == null ? "" : ", exit code " + attempt.exitCode(),
            attempt.node() == null ? "" : ", on node " + attempt.node(),
            attempt.message() == null ? "" : ": " + attempt.message());
  }

  /** Name of the Event; that of a run of the same name before is another. */
  static String name(TrainingRun run, Told told) {
    String key = run.getMetadata().getUid() + " " + told.key();
    String id = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString();
    return run.getMetadata().getName() + "." + id.substring(0, 18).replace("-", "");
  }

  private static Told told(boolean warning, String reason, String note, String which) {
    return new Told(reason + " " + which, warning, reason, Tail.of(note, MAX_NOTE));
  }

  private static Optional<Condition> find(Optional<TrainingRunStatus> status, String type) {
    return status.stream()
        .flatMap(one -> one.conditions().stream())
        .filter(condition -> condition.type().equals(type))
        .findFirst();
  }

  private static Optional<AttemptStatus> attempt(Optional<TrainingRunStatus> status, int number) {
    return status.stream()
        .flatMap(one -> one.attempts().stream())
        .filter(attempt -> attempt.number() == number)
        .findFirst();
  }
}
