package dev.xfolds.trainer.faults;

import dev.xfolds.contract.v1.RunPlan;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What a seed stands for. Fifteen seeds in a row have every fault with every number of ranks.
 *
 * @param seed from 0 on
 * @param ranks 1, 2 or 4
 * @param victim the rank that something is done to
 * @param step the fault comes behind it
 * @param further whether the fault is the worse of its two: all ranks are asked to stop, there is
 *     no room for a byte, a second attempt meets the full volume, too
 */
record Draw(long seed, int ranks, Fault fault, int victim, long step, boolean further) {

  static final List<Integer> RANKS = List.of(1, 2, 4);

  private static final List<Fault> FAULTS = List.of(Fault.values());

  /**
   * Draws a trial.
   *
   * @param plan of as many ranks; the last quarter of its steps is left, so that nothing ends
   *     before its fault
   */
  static Draw of(long seed, RunPlan plan) {
    Fault fault = FAULTS.get((int) (seed % FAULTS.size()));
    int ranks = ranks(seed);
    SplittableRandom random = new SplittableRandom(seed);
    int victim = random.nextInt(ranks);
    long least = fault == Fault.TORN ? plan.getCheckpoint().getEverySteps() + 1 : 1;
    long step = random.nextLong(least, plan.getTraining().getSteps() * 3 / 4);
    return new Draw(seed, ranks, fault, victim, step, random.nextBoolean());
  }

  static int ranks(long seed) {
    return RANKS.get((int) (seed % RANKS.size()));
  }

  /** Random numbers of this trial, for what is decided while it runs. */
  RandomGenerator random() {
    return new SplittableRandom(~seed);
  }

  /** In a few words. */
  String what() {
    String word = fault.word();
    return switch (fault) {
      case TORN -> word;
      case FULL -> further ? word + ", twice" : word;
      case KILLED, FROZEN -> "%s rank %d".formatted(word, victim);
      case TERMINATED -> further ? word + " all" : "%s rank %d".formatted(word, victim);
    };
  }
}
