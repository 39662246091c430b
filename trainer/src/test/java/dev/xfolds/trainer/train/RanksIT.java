package dev.xfolds.trainer.train;

import static dev.xfolds.contract.v1.ExitCode.RETRY;
import static dev.xfolds.contract.v1.ExitCode.STOPPED;
import static dev.xfolds.contract.v1.ExitCode.UNRECOGNIZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One run on one, two and four ranks: the same samples, the same numbers. */
final class RanksIT extends RankRuns {

  @ParameterizedTest
  @MethodSource("plans")
  void ranksTakeTheSameStepsAsOne(RunPlan.Builder plan) throws Exception {
    RunPlan single = on(1, plan);
    Path alone = runs("one");
    assertThat(attempt(alone, single, 1, NEVER)).containsOnly(ExitCode.DONE);
    Map<Long, Double> expected = losses(alone);
    assertThat(expected).hasSize(12 + 3);
    for (int ranks : new int[] {2, 4}) {
      RunPlan several = on(ranks, plan);
      Path runs = runs("ranks-" + ranks);
      assertThat(attempt(runs, several, 1, NEVER)).containsOnly(ExitCode.DONE);
      Map<Long, Double> losses = losses(runs);
      assertThat(losses.keySet()).isEqualTo(expected.keySet());
      losses.forEach(
          (step, loss) ->
              assertThat(loss)
                  .as("step %d", step)
                  .isCloseTo(expected.get(step), within(1e-5 * expected.get(step))));
      assertThat(run(runs).resolve("finished.json")).exists();
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void interruptedRanksContinueBitForBit(RunPlan.Builder plan) throws Exception {
    RunPlan two = on(2, plan);
    Path whole = runs("whole");
    assertThat(attempt(whole, two, 1, NEVER)).containsOnly(ExitCode.DONE);
    Path disturbed = runs("disturbed");
    assertThat(attempt(disturbed, two, 1, (rank, step) -> rank == 1 && step >= 3))
        .as("one rank is asked to stop: all write a checkpoint and stop")
        .containsOnly(STOPPED);
    assertThat(latest(disturbed, two, 1).step()).isEqualTo(3);
    assertThat(attempt(disturbed, two, 2, dies(1, 7))).containsExactly(RETRY, UNRECOGNIZED);
    assertThat(attempt(disturbed, two, 3, dies(0, 11))).containsExactly(UNRECOGNIZED, RETRY);
    assertThat(attempt(disturbed, two, 4, NEVER)).containsOnly(ExitCode.DONE);
    assertSameEnd(disturbed, whole, two, 4);
  }

  @Test
  void runGoesOnWithAnotherNumberOfRanks() throws Exception {
    RunPlan.Builder plan = eight(TinyPlans.clipVit(), 1);
    Path whole = runs("whole");
    assertThat(attempt(whole, on(1, plan), 1, NEVER)).containsOnly(ExitCode.DONE);
    Path moved = runs("moved");
    assertThat(attempt(moved, on(1, plan), 1, (_, step) -> step >= 3)).containsOnly(STOPPED);
    assertThat(attempt(moved, on(4, plan), 2, (_, step) -> step >= 8)).containsOnly(STOPPED);
    assertThat(attempt(moved, on(2, plan), 3, NEVER)).containsOnly(ExitCode.DONE);
    Map<Long, Double> losses = losses(moved);
    losses(whole)
        .forEach((step, loss) -> assertThat(losses.get(step)).isCloseTo(loss, within(1e-5)));
  }

  /** At a rate that does not turn the last digit of a sum into another model. */
  @ParameterizedTest
  @MethodSource("towers")
  void twoRanksStayWithOneOver200Steps(RunPlan.Builder plan) throws Exception {
    plan.getTrainingBuilder().setSteps(200).setBatchSize(16).setGradientAccumulation(1);
    plan.getTrainingBuilder().getOptimizerBuilder().getAdamBuilder().setLearningRate(1e-4);
    plan.getDataBuilder(0).getPhantomBuilder().setImages(400);
    plan.clearValidation();
    Path alone = runs("one");
    assertThat(attempt(alone, on(1, plan), 1, NEVER)).containsOnly(ExitCode.DONE);
    Path two = runs("two");
    assertThat(attempt(two, on(2, plan), 1, NEVER)).containsOnly(ExitCode.DONE);
    Map<Long, Double> losses = losses(two);
    assertThat(losses).hasSize(200);
    losses(alone)
        .forEach(
            (step, loss) ->
                assertThat(losses.get(step)).as("step %d", step).isCloseTo(loss, within(1e-5)));
  }

  /** As with volumes that several pods cannot share. */
  @Test
  void ranksThatSeeOtherDataEndBeforeTheFirstStep() throws Exception {
    RunPlan plan = on(2, eight(TinyPlans.clipVit(), 1));
    RunPlan.Builder other = plan.toBuilder();
    other.getDataBuilder(0).getPhantomBuilder().setImages(40);
    Path runs = runs("other");
    assertThat(attempt(runs, rank -> rank == 0 ? plan : other.build(), 2, 1, NEVER))
        .containsOnly(ExitCode.INVALID);
    assertThat(run(runs).resolve("metrics.jsonl")).doesNotExist();
  }
}
