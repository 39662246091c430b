package dev.xfolds.trainer.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunProgress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RunStateTest {

  private final SettableClock clock = new SettableClock();
  private final RunState state = new RunState(clock);

  @Test
  void runStartsWithoutACheckpoint() {
    assertThat(state.progress())
        .isEqualTo(RunProgress.newBuilder().setPhase(Phase.STARTING).setCheckpointStep(-1).build());
    assertThat(state.sinceChange()).isZero();
  }

  @Test
  void updateKeepsWhatItDoesNotChange() {
    state.update(p -> p.setStep(3).setTotalSteps(10).setLoss(0.5f));
    state.phase(Phase.VALIDATING);
    RunProgress before = state.progress();
    state.update(p -> p.setStep(4));
    assertThat(before.getStep()).isEqualTo(3);
    assertThat(state.progress()).isEqualTo(before.toBuilder().setStep(4).build());
  }

  @Test
  void everyUpdateCountsAsAChange() {
    clock.advance(Duration.ofMinutes(10));
    assertThat(state.sinceChange()).isEqualTo(Duration.ofMinutes(10));
    state.phase(Phase.STARTING);
    assertThat(state.sinceChange()).isZero();
  }
}
