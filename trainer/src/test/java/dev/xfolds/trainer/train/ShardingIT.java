package dev.xfolds.trainer.train;

import static dev.xfolds.contract.v1.ExitCode.RETRY;
import static dev.xfolds.contract.v1.ExitCode.STOPPED;
import static dev.xfolds.contract.v1.ExitCode.UNRECOGNIZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.Sharding;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ranks that each remember for a share of the weights: the same numbers as ranks that do not. */
final class ShardingIT extends RankRuns {

  private RunPlan on(int ranks, Sharding sharding, RunPlan.Builder plan) {
    RunPlan.Builder copy = plan.clone();
    copy.getParallelismBuilder().setSharding(sharding);
    return on(ranks, copy);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void shardedRanksTakeTheSameStepsAsOne(RunPlan.Builder plan) throws Exception {
    Path alone = runs("one");
    assertThat(attempt(alone, on(1, plan), 1, NEVER)).containsOnly(ExitCode.DONE);
    Map<Long, Double> expected = losses(alone);
    for (Sharding sharding : List.of(Sharding.ZERO1, Sharding.ZERO2)) {
      for (int ranks : new int[] {2, 4}) {
        Path runs = runs(sharding + "-" + ranks);
        assertThat(attempt(runs, on(ranks, sharding, plan), 1, NEVER)).containsOnly(ExitCode.DONE);
        Map<Long, Double> losses = losses(runs);
        assertThat(losses.keySet()).isEqualTo(expected.keySet());
        losses.forEach(
            (step, loss) ->
                assertThat(loss)
                    .as("%s on %d ranks, step %d", sharding, ranks, step)
                    .isCloseTo(expected.get(step), within(1e-5 * expected.get(step))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("towers")
  void interruptedShardsContinueBitForBit(RunPlan.Builder tower) throws Exception {
    RunPlan two = on(2, Sharding.ZERO2, eight(tower, 2));
    Path whole = runs("whole");
    assertThat(attempt(whole, two, 1, NEVER)).containsOnly(ExitCode.DONE);
    Path disturbed = runs("disturbed");
    assertThat(attempt(disturbed, two, 1, (rank, step) -> rank == 1 && step >= 3))
        .containsOnly(STOPPED);
    assertThat(latest(disturbed, two, 1).optimizers())
        .extracting(file -> file.getFileName().toString())
        .containsExactly("optimizer-0.safetensors", "optimizer-1.safetensors");
    assertThat(attempt(disturbed, two, 2, dies(1, 7))).containsExactly(RETRY, UNRECOGNIZED);
    assertThat(attempt(disturbed, two, 3, NEVER)).containsOnly(ExitCode.DONE);
    assertSameEnd(disturbed, whole, two, 3);
  }

  /** With a moving average, which every rank has whole. */
  @Test
  void runGoesOnWithOtherSharesAndWithNone() throws Exception {
    RunPlan.Builder plan = eight(TinyPlans.clipVit(), 1);
    plan.getTrainingBuilder().setEmaDecay(0.9);
    Path whole = runs("whole");
    assertThat(attempt(whole, on(1, plan), 1, NEVER)).containsOnly(ExitCode.DONE);
    Path moved = runs("moved");
    RunPlan four = on(4, Sharding.ZERO2, plan);
    assertThat(attempt(moved, on(1, plan), 1, (_, step) -> step >= 2)).containsOnly(STOPPED);
    assertThat(attempt(moved, four, 2, (_, step) -> step >= 5)).containsOnly(STOPPED);
    assertThat(attempt(moved, on(2, Sharding.ZERO1, plan), 3, (_, step) -> step >= 8))
        .containsOnly(STOPPED);
    assertThat(attempt(moved, on(1, plan), 4, NEVER)).containsOnly(ExitCode.DONE);
    Map<Long, Double> losses = losses(moved);
    losses(whole)
        .forEach(
            (step, loss) ->
                assertThat(losses.get(step)).as("step %d", step).isCloseTo(loss, within(1e-5)));
  }
}
