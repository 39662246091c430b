package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.TrainerException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which of a run's processes one is, from what its environment says. */
final class SeatTest {

  private static RunPlan plan(int workers, int ranksPerWorker) {
    RunPlan.Builder plan = RunPlan.newBuilder();
    plan.getParallelismBuilder().setWorkers(workers).setRanksPerWorker(ranksPerWorker);
    return plan.build();
  }

  private static void assertRefused(
      ExitCode code, String message, Map<String, String> environment, RunPlan plan) {
    assertThatThrownBy(() -> Seat.of(environment, plan))
        .isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessage(message);
  }

  @Test
  void workerOfOneRankIsThatRank() {
    assertThat(Seat.of(Map.of(), RunPlan.getDefaultInstance()))
        .isEqualTo(new Seat.Rank(0, 0, false));
    assertThat(Seat.of(Map.of("JOB_COMPLETION_INDEX", "1"), plan(2, 1)))
        .isEqualTo(new Seat.Rank(1, 0, false));
  }

  @Test
  void workerOfSeveralRanksStartsThoseBehindThoseOfTheWorkersBefore() {
    assertThat(Seat.of(Map.of(), plan(1, 2))).isEqualTo(new Seat.Several(0, 2));
    assertThat(Seat.of(Map.of("JOB_COMPLETION_INDEX", "2"), plan(3, 4)))
        .isEqualTo(new Seat.Several(8, 4));
    assertThat(Seat.of(Map.of("JOB_COMPLETION_INDEX", "2", "XFOLDS_LOCAL_RANK", "3"), plan(3, 4)))
        .isEqualTo(new Seat.Rank(11, 3, true));
  }

  @Test
  void podThatAJobHasBeyondThePlanIsRefused() {
    assertRefused(
        ExitCode.RETRY,
        "JOB_COMPLETION_INDEX is 1, and the plan has 1 workers: the Job was edited",
        Map.of("JOB_COMPLETION_INDEX", "1"),
        plan(1, 2));
  }

  @Test
  void whatIsNoNumberOfAProcessIsRefused() {
    assertRefused(
        ExitCode.INVALID,
        "JOB_COMPLETION_INDEX must be the number of a process, was \"x\"",
        Map.of("JOB_COMPLETION_INDEX", "x"),
        plan(2, 1));
    assertRefused(
        ExitCode.INVALID,
        "XFOLDS_LOCAL_RANK must be below the ranks of a worker in the plan (2), was 2",
        Map.of("XFOLDS_LOCAL_RANK", "2"),
        plan(1, 2));
  }
}
