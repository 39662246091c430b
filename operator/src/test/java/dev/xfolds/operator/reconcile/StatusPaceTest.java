package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.SchedulingSpec;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.api.TrainingRunStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatusPaceTest {
  private static final String T0 = "2026-01-01T00:00:00Z";
  private static final List<AttemptStatus> NONE = List.of();
  private static final List<AttemptStatus> ONE = List.of(attempt(null));

  private Instant now = Instant.parse(T0);
  private final StatusPace pace =
      new StatusPace(((InstantSource) () -> now).withZone(ZoneOffset.UTC));

  @Test
  void firstStatusIsWrittenAtOnce() {
    assertThat(pace.left(run(null), status("Pending", NONE))).isEmpty();
  }

  @Test
  void runThatComesUpWaitsUntilTheLastStatusIsOldEnough() {
    TrainingRun run = run(status("Pending", NONE));
    pace.written(run);
    now = now.plusSeconds(1);
    assertThat(pace.left(run, status("Running", ONE))).contains(Duration.ofSeconds(4));
    now = now.plus(StatusPace.APART);
    assertThat(pace.left(run, status("Running", ONE))).isEmpty();
  }

  @Test
  void whatUsersWaitForIsWrittenAtOnce() {
    TrainingRun run = run(status("Running", ONE));
    pace.written(run);
    assertThat(pace.left(run, status("Suspended", ONE))).isEmpty();
    assertThat(pace.left(run, status("Evaluating", ONE))).isEmpty();
    assertThat(pace.left(run, complete())).isEmpty();
    assertThat(pace.left(run, ofGeneration(4))).isEmpty();
  }

  @Test
  void endOfAnAttemptIsWrittenAtOnce() {
    TrainingRun run = run(status("Running", ONE));
    pace.written(run);
    assertThat(pace.left(run, status("Pending", List.of(attempt(T0))))).isEmpty();
  }

  @Test
  void operatorThatHasWrittenNothingYetWritesAtOnce() {
    assertThat(pace.left(run(status("Pending", NONE)), status("Running", ONE))).isEmpty();
    TrainingRun other = run(status("Pending", NONE));
    pace.written(other);
    pace.forget(other.getMetadata().getUid());
    assertThat(pace.left(other, status("Running", ONE))).isEmpty();
  }

  @Test
  void attemptOfARunInAQueueIsWrittenAtOnce() {
    TrainingRun run = run(status("Pending", NONE));
    run.setSpec(
        new TrainingRunSpec(
            null,
            null,
            List.of(),
            null,
            null,
            null,
            null,
            null,
            List.of(),
            null,
            queue("q"),
            null,
            null,
            null));
    pace.written(run);
    assertThat(pace.left(run, status("Running", ONE))).isEmpty();
  }

  private static TrainingRun run(TrainingRunStatus status) {
    TrainingRun run = new TrainingRun();
    run.setMetadata(new ObjectMetaBuilder().withName("a").withUid("u").build());
    run.setStatus(status);
    return run;
  }

  private static SchedulingSpec queue(String name) {
    return new SchedulingSpec(null, List.of(), null, name, null);
  }

  private static AttemptStatus attempt(String endedAt) {
    return new AttemptStatus(1, T0, endedAt, "node-1", null, null, null);
  }

  private static TrainingRunStatus status(String state, List<AttemptStatus> attempts) {
    return status(3, state, List.of(), attempts);
  }

  private static TrainingRunStatus ofGeneration(long generation) {
    return status(generation, "Running", List.of(), ONE);
  }

  private static TrainingRunStatus complete() {
    Condition complete = new Condition("Complete", "True", "Trained", "", 3L, T0);
    return status(3, "Running", List.of(complete), ONE);
  }

  private static TrainingRunStatus status(
      long generation, String state, List<Condition> conditions, List<AttemptStatus> attempts) {
    return new TrainingRunStatus(
        generation,
        "clip",
        state,
        conditions,
        attempts,
        attempts.size(),
        0,
        1,
        null,
        List.of(),
        List.of(),
        null);
  }
}
