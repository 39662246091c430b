package dev.xfolds.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.contract.v1.ScheduleKind;
import dev.xfolds.contract.v1.SchedulePlan;
import org.junit.jupiter.api.Test;

final class ScheduleTest {

  private static Schedule of(ScheduleKind kind, long warmup, double fraction) {
    return Schedule.of(
        SchedulePlan.newBuilder()
            .setKind(kind)
            .setWarmupSteps(warmup)
            .setFinalFraction(fraction)
            .build());
  }

  @Test
  void warmupRisesFromItsFirstStep() {
    Schedule schedule = of(ScheduleKind.CONSTANT, 4, 0);
    assertThat(schedule.factor(0, 10)).isEqualTo(0.25);
    assertThat(schedule.factor(3, 10)).isEqualTo(1);
    assertThat(schedule.factor(9, 10)).isEqualTo(1);
  }

  @Test
  void lastStepHasTheFinalFraction() {
    assertThat(of(ScheduleKind.LINEAR, 2, 0.1).factor(9, 10)).isCloseTo(0.1, within(1e-12));
    assertThat(of(ScheduleKind.COSINE, 2, 0.1).factor(9, 10)).isCloseTo(0.1, within(1e-12));
    assertThat(of(ScheduleKind.LINEAR, 2, 0.5).factor(5, 10)).isEqualTo(0.75);
  }

  @Test
  void stepsOutsideOfTheRunAreRefused() {
    assertThatThrownBy(() -> of(ScheduleKind.LINEAR, 0, 0).factor(10, 10))
        .hasMessage("step must be 0 to 9, was 10");
  }

  @Test
  void anUnnamedKindIsRefused() {
    assertThatThrownBy(() -> Schedule.of(SchedulePlan.getDefaultInstance()))
        .hasMessageContaining("training.schedule.kind must be constant, linear or cosine");
  }
}
