package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRunStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What {@code kubectl describe} tells beside the conditions: what happened between two statuses.
 */
final class RunEvents {
  private static final int MAX_NOTE = 1000;

  /** Conditions whose becoming true is worth telling. */
  private static final Set<String> TOLD =
      Set.of("Accepted", "Suspended", "Complete", "Failed", "Evaluated");

  private RunEvents() {}

  /**
   * One thing that happened.
   *
   * @param id the same for the same thing, so that it is told once
   */
  record Told(String id, boolean warning, String reason, String note) {}

  static List<Told> between(Optional<TrainingRunStatus> before, TrainingRunStatus now) {
    List<Told> told = new ArrayList<>();
    for (Condition condition : now.conditions()) {
      boolean wasSo =
          find(before, condition.type())
              .filter(old -> old.status().equals(condition.status()))
              .isPresent();
      boolean bad = condition.type().equals("Failed");
      boolean refused = condition.type().equals("Accepted") && condition.status().equals("False");
      if (!wasSo
          && TOLD.contains(condition.type())
          && (condition.status().equals("True") || refused)) {
        told.add(
            told(
                bad || refused,
                bad || refused ? condition.reason() : condition.type(),
                condition.message(),
                condition.lastTransitionTime()));
      }
    }
    for (AttemptStatus attempt : now.attempts()) {
      Optional<AttemptStatus> old = attempt(before, attempt.number());
      if (old.isEmpty()) {
        told.add(told(false, "AttemptStarted", "attempt " + attempt.number(), attempt.startedAt()));
      }
      if (attempt.endedAt() != null && old.filter(one -> one.endedAt() != null).isEmpty()) {
        boolean failed = attempt.message() != null;
        told.add(told(failed, "AttemptEnded", end(attempt), attempt.endedAt()));
      }
    }
    return told;
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

  private static Told told(boolean warning, String reason, String note, String when) {
    String key = reason + when + note;
    String id = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString();
    return new Told(
        id.substring(0, 16).replace("-", ""),
        warning,
        reason,
        note.length() <= MAX_NOTE ? note : note.substring(note.length() - MAX_NOTE));
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
