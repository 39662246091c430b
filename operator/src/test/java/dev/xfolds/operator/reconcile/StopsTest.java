package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.BudgetSpec;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.status.Statuses;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class StopsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Statuses.Unplanned WAITS =
      new Statuses.Unplanned("WaitingForRun", "waits until there is a run a", false);

  private static TrainingRun run(BudgetSpec budget) {
    TrainingRun run = new TrainingRun();
    run.setMetadata(new ObjectMetaBuilder().withCreationTimestamp(T0.toString()).build());
    run.setSpec(
        new TrainingRunSpec(
            null, null, null, null, null, null, null, null, null, null, null, budget, null));
    return run;
  }

  @Test
  void runWhoseSourceNeverComesFailsAtItsDeadline() {
    TrainingRun run = run(new BudgetSpec(null, 60L));
    assertThat(Stops.late(run, WAITS, T0.plusSeconds(59))).isEqualTo(WAITS);
    assertThat(Stops.untilDeadline(run, T0.plusSeconds(59))).contains(Duration.ofSeconds(1));

    Statuses.Unplanned late = Stops.late(run, WAITS, T0.plusSeconds(60));
    assertThat(late.reason()).isEqualTo("DeadlineExceeded");
    assertThat(late.wrong()).as("it never starts any more").isTrue();
    assertThat(late.message())
        .isEqualTo(
            "spec.budget.deadlineSeconds: 60 s since its creation are over; waits until there is a run a");
    assertThat(Stops.untilDeadline(run, T0.plusSeconds(60))).isEmpty();
  }

  @Test
  void runWithoutADeadlineWaits() {
    assertThat(Stops.late(run(null), WAITS, Instant.MAX)).isEqualTo(WAITS);
  }
}
