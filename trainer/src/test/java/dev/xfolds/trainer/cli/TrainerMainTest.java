package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.TrainerException;
import org.junit.jupiter.api.Test;

final class TrainerMainTest {
  @Test
  void podThatAJobHasBeyondThePlanIsRefused() {
    RunPlan.Builder plan = RunPlan.newBuilder();
    TrainerMain.rank("0", plan.build());
    TrainerMain.rank(null, plan.build());
    assertThatThrownBy(() -> TrainerMain.rank("1", plan.build()))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY))
        .hasMessage("JOB_COMPLETION_INDEX is 1, and the plan has 1 workers: the Job was edited");
    plan.getParallelismBuilder().setWorkers(2);
    TrainerMain.rank("1", plan.build());
  }
}
