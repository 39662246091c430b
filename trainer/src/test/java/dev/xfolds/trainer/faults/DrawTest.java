package dev.xfolds.trainer.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.RunPlan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class DrawTest {

  private static final RunPlan PLAN = plan();

  private static RunPlan plan() {
    RunPlan.Builder plan = RunPlan.newBuilder();
    plan.getTrainingBuilder().setSteps(60);
    plan.getCheckpointBuilder().setEverySteps(10);
    return plan.build();
  }

  private static List<Draw> draws(long from, long count) {
    return LongStream.range(from, from + count).mapToObj(seed -> Draw.of(seed, PLAN)).toList();
  }

  @Test
  void fifteenSeedsHaveEveryFaultWithEveryNumberOfRanks() {
    Set<String> pairs = new HashSet<>();
    draws(1017, 15).forEach(draw -> pairs.add(draw.fault() + " " + draw.ranks()));
    assertThat(pairs).hasSize(15);
  }

  @Test
  void fiveSeedsHaveEveryFault() {
    assertThat(draws(30, 5)).extracting(Draw::fault).containsExactly(Fault.values());
  }

  @Test
  void seedStandsForOneTrial() {
    assertThat(draws(0, 100)).isEqualTo(draws(0, 100)).doesNotHaveDuplicates();
  }

  @Test
  void everyRankAndManyStepsAreDrawn() {
    List<Draw> draws = draws(0, 1000);
    assertThat(draws)
        .allMatch(draw -> draw.victim() >= 0 && draw.victim() < draw.ranks())
        .allMatch(draw -> draw.step() >= (draw.fault() == Fault.TORN ? 11 : 1))
        .allMatch(draw -> draw.step() < 45);
    assertThat(draws)
        .filteredOn(draw -> draw.ranks() == 4)
        .extracting(Draw::victim)
        .contains(0, 1, 2, 3);
    assertThat(draws).extracting(Draw::step).contains(1L, 9L, 10L, 11L, 44L);
  }
}
