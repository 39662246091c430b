package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class StepsTest {
  private static final Instant SINCE = Instant.parse("2026-11-29T06:00:00Z");
  private static final Steps STEPS = new Steps(SINCE);

  @Test
  void aStepIsATenthOfASecond() {
    assertThat(STEPS.at(SINCE)).isZero();
    assertThat(STEPS.at(SINCE.plusMillis(12_345))).isEqualTo(123);
  }

  @Test
  void ageIsTheTimeSinceAStep() {
    assertThat(STEPS.age(100, SINCE.plusSeconds(12))).isEqualTo(2);
  }
}
