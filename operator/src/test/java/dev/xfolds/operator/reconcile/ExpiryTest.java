package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.api.TrainingRunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExpiryTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private static TrainingRun finished(String condition, Integer ttl) {
    TrainingRun run = new TrainingRun();
    run.setSpec(
        new TrainingRunSpec(
            null, null, null, null, null, null, null, null, null, null, null, null, null, ttl));
    run.setStatus(
        new TrainingRunStatus(
            1L,
            "clip",
            condition,
            List.of(
                new Condition("Accepted", "True", "Planned", "", 1L, "2025-12-01T00:00:00Z"),
                new Condition(condition, "True", "Done", "", 1L, T0.toString())),
            List.of(),
            1,
            0,
            1,
            null,
            List.of(),
            List.of(),
            null));
    return run;
  }

  @Test
  void objectsGoSoLongAfterTheEndWhicheverItWas() {
    for (String end : List.of("Complete", "Failed")) {
      assertThat(Expiry.left(finished(end, 60), T0.plusSeconds(20)))
          .contains(Duration.ofSeconds(40));
      assertThat(Expiry.left(finished(end, 0), T0)).contains(Duration.ZERO);
    }
  }

  @Test
  void objectsStayWhereNobodySaidOtherwise() {
    assertThat(Expiry.left(finished("Complete", null), T0.plusSeconds(1_000_000))).isEmpty();
  }
}
