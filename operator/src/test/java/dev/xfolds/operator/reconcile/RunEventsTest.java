package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RunEventsTest {
  private static final String T0 = "2026-01-01T00:00:00Z";

  private static TrainingRunStatus status(String failed, AttemptStatus... attempts) {
    return status(T0, failed, attempts);
  }

  private static TrainingRunStatus status(String at, String failed, AttemptStatus... attempts) {
    return new TrainingRunStatus(
        1L,
        "clip",
        "Running",
        List.of(
            new Condition("Accepted", "True", "Planned", "the plan has no problem", 1L, at),
            new Condition("Failed", failed, "Invalid", "plan or data is wrong", 1L, at)),
        List.of(attempts),
        attempts.length,
        0,
        1,
        null,
        List.of(),
        List.of(),
        null);
  }

  private static AttemptStatus attempt(String ended) {
    return new AttemptStatus(
        1, T0, ended, "node-1", ended == null ? null : 2, ended == null ? null : "Invalid", "why");
  }

  @Test
  void eachThingIsToldOnceAndTheSameWayAfterARestartOfTheOperator() {
    TrainingRunStatus began = status("False", attempt(null));
    TrainingRunStatus failed = status("True", attempt(T0));
    assertThat(RunEvents.between(Optional.empty(), began))
        .extracting(RunEvents.Told::reason)
        .containsExactly("AttemptStarted");
    assertThat(RunEvents.between(Optional.of(began), began)).isEmpty();
    assertThat(RunEvents.between(Optional.of(began), failed))
        .extracting(RunEvents.Told::note)
        .containsExactly(
            "plan or data is wrong", "attempt 1: Invalid, exit code 2, on node node-1: why");
  }

  /** Failed has the same words. */
  @Test
  void planThatIsRefusedIsToldOnce() {
    Condition accepted = new Condition("Accepted", "False", "Invalid", "no steps", 1L, T0);
    Condition failed = new Condition("Failed", "True", "Invalid", "no steps", 1L, T0);
    TrainingRunStatus refused =
        new TrainingRunStatus(
            1L,
            "clip",
            "Failed",
            List.of(accepted, failed),
            List.of(),
            0,
            0,
            0,
            null,
            List.of(),
            List.of(),
            null);
    assertThat(RunEvents.between(Optional.empty(), refused))
        .extracting(RunEvents.Told::note)
        .containsExactly("no steps");
  }

  @Test
  void whatWasToldBeforeStatusWasWrittenIsNotToldAgainLater() {
    TrainingRunStatus first = status(T0, "True", attempt(null));
    TrainingRunStatus later = status("2026-01-01T00:00:05Z", "True", attempt(null));
    assertThat(RunEvents.between(Optional.empty(), later))
        .isEqualTo(RunEvents.between(Optional.empty(), first));
    TrainingRun run = new TrainingRun();
    run.setMetadata(new ObjectMetaBuilder().withName("a").withUid("1").build());
    TrainingRun again = new TrainingRun();
    again.setMetadata(new ObjectMetaBuilder().withName("a").withUid("2").build());
    RunEvents.Told told = RunEvents.between(Optional.empty(), first).getFirst();
    assertThat(RunEvents.name(run, told))
        .startsWith("a.")
        .isNotEqualTo(RunEvents.name(again, told));
  }
}
