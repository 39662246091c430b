package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.contract.v1.TrainingStateOrBuilder;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.CheckpointStore;
import dev.xfolds.trainer.checkpoint.RunFolder;
import dev.xfolds.trainer.checkpoint.Spending;
import dev.xfolds.trainer.config.WorldSize;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.progress.RunState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * What all of an attempt's work shares.
 *
 * @param manager owns what lives as long as the attempt
 * @param stop whether the operator has asked this process to end
 * @param ranks all processes of the attempt
 */
record RunContext(
    RunPlan plan,
    RunFolder folder,
    long attempt,
    CheckpointStore store,
    RunState state,
    BooleanSupplier stop,
    InstantSource clock,
    NDManager manager,
    Collectives ranks) {

  private static final double PF_DAY = 1e15 * 86_400;

  /** Whether this is rank 0, which alone writes into the run's folder and is evaluated. */
  boolean leads() {
    return ranks.rank() == 0;
  }

  /** Whether any rank was asked to end; the same answer on all of them, who all ask. */
  boolean stopsTogether() {
    return ranks.allReduce(stop.getAsBoolean() ? 1 : 0)[0] > 0;
  }

  /** Waits for rank 0, which may evaluate for hours; all the while this process is alive. */
  void awaitLeader() {
    Thread alive = Thread.ofVirtual().start(this::showThatItLives);
    try {
      ranks.barrier();
    } finally {
      alive.interrupt();
    }
  }

  private void showThatItLives() {
    try {
      while (true) {
        Thread.sleep(Duration.ofMinutes(1));
        state.update(p -> {});
      }
    } catch (InterruptedException e) {
      // rank 0 is there
    }
  }

  /** Tells where a run stands that this attempt continues. */
  void report(Checkpoint newest) {
    TrainingState at = newest.state();
    state.update(
        p -> {
          p.setStep(at.getStep())
              .setLoss((float) newest.manifest().getTrainingLoss())
              .setCheckpointStep(newest.step())
              .setCheckpointDigest(newest.digest())
              .setCheckpointWritten(newest.written())
              .setUnreadableImages(at.getUnreadableImagesCount())
              .setSkippedSteps(at.getSkippedSteps())
              .setCountedFlops(at.getCountedFlops())
              .setTrainingSeconds(at.getTrainingSeconds());
          if (newest.manifest().hasValidation()) {
            p.setValidation(newest.manifest().getValidation());
          }
        });
  }

  /** Tells what steps cost that did not lead to a state. */
  Spending.Amount reportLost(TrainingStateOrBuilder at) {
    Spending.Amount lost = Spending.lost(folder, spent(at));
    state.update(p -> p.setLostFlops(lost.flops()).setLostSeconds(lost.seconds()));
    return lost;
  }

  /** What the steps cost that led to a state. */
  static Spending.Amount spent(TrainingStateOrBuilder state) {
    return new Spending.Amount(state.getCountedFlops(), state.getTrainingSeconds());
  }

  /** Of all devices at the precision, FLOP/s. */
  double peakFlops() {
    return plan.getCost().getHardware().getPeakFlops() * WorldSize.of(plan).ranks();
  }

  /** Device-seconds times the peak of the precision. */
  double peakPfDays(double seconds) {
    return seconds * peakFlops() / PF_DAY;
  }

  static double countedPfDays(double flops) {
    return flops / PF_DAY;
  }
}
