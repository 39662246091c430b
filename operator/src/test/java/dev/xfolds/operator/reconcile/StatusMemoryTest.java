package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Observation.Counts;
import dev.xfolds.operator.observe.RunView;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StatusMemoryTest {
  private static final String T0 = "2026-01-01T00:00:00Z";
  private static final RunView NOTHING = new RunView(Optional.empty(), List.of(), Optional.empty());

  private static TrainingRun run(AttemptStatus... attempts) {
    TrainingRun run = new TrainingRun();
    run.setMetadata(new ObjectMetaBuilder().withName("a").withGeneration(3L).build());
    run.setStatus(
        new TrainingRunStatus(
            3L,
            "clip",
            "Running",
            List.of(),
            List.of(attempts),
            40,
            7,
            12,
            null,
            List.of(),
            List.of(),
            null));
    return run;
  }

  private static AttemptStatus attempt(int code, String reason) {
    return attempt(code, reason, null);
  }

  private static AttemptStatus attempt(int code, String reason, String message) {
    return new AttemptStatus(40, T0, T0, "node-1", code, reason, message);
  }

  private static Counts after(TrainingRun run) {
    List<Attempt> known = StatusMemory.attempts(run.getStatus());
    List<Attempt> now = new ArrayList<>(known);
    now.add(Attempt.started(41, Instant.parse(T0)));
    return StatusMemory.counts(run, known, now, NOTHING);
  }

  @Test
  void attemptAfterAFailureIsARestartBeyondThoseThatStatusLists() {
    assertThat(after(run(attempt(10, "Retry")))).isEqualTo(new Counts(3, 41, 8, 12));
  }

  @Test
  void attemptAfterAStopOrADrainIsNone() {
    assertThat(after(run(attempt(12, "Stopped"))).restarts()).isEqualTo(7);
    assertThat(after(run(attempt(143, "Disrupted"))).restarts()).isEqualTo(7);
    String unclean = "a line\nasked to stop, but no checkpoint was written at the stop";
    assertThat(after(run(attempt(137, "Killed", unclean))).restarts()).isEqualTo(7);
    assertThat(after(run(attempt(137, "Killed", "a line"))).restarts()).isEqualTo(8);
  }

  @Test
  void runWithoutStatusHasNothing() {
    TrainingRun run = run();
    run.setStatus(null);
    assertThat(StatusMemory.attempts(null)).isEmpty();
    assertThat(StatusMemory.counts(run, List.of(), List.of(), NOTHING))
        .isEqualTo(new Counts(3, 0, 0, 0));
  }
}
