package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.contract.v1.TrainingStateOrBuilder;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The newest checkpoint of a run that is trained: rank 0 writes, the others wait for it. */
final class CheckpointKeeper {

  private final RunContext run;
  private final CheckpointWriter writer;
  private Optional<Checkpoint> newest;
  private long step;
  private long validatedStep;

  /**
   * Begins with what there is.
   *
   * @param resumed the checkpoint that training continues from; empty at the start
   */
  CheckpointKeeper(RunContext run, CheckpointWriter writer, Optional<Checkpoint> resumed) {
    this.run = run;
    this.writer = writer;
    this.newest = resumed;
    this.step = resumed.map(Checkpoint::step).orElse(-1L);
    this.validatedStep = resumed.map(c -> c.state().getValidatedStep()).orElse(0L);
  }

  /** Of the newest one; -1 if there is none. */
  long step() {
    return step;
  }

  /** Whether the newest one is of this step and knows of the validation after it. */
  boolean knows(TrainingStateOrBuilder state) {
    return step == state.getStep() && validatedStep == state.getValidatedStep();
  }

  /** Whether the plan wants one after this step. */
  boolean due(long step) {
    return step % run.plan().getCheckpoint().getEverySteps() == 0;
  }

  /** The newest one, on rank 0. */
  Checkpoint newest() {
    return newest.orElseThrow();
  }

  /**
   * Writes one.
   *
   * @return how long training waited for it, in seconds
   */
  double write(
      TrainingState state,
      Map<String, NDArray> optimizer,
      double loss,
      OptionalDouble validation,
      boolean best) {
    long started = System.nanoTime();
    if (run.leads()) {
      newest = Optional.of(writer.write(state, optimizer, loss, validation, best));
    }
    run.ranks().barrier();
    step = state.getStep();
    validatedStep = state.getValidatedStep();
    return (System.nanoTime() - started) / 1e9;
  }
}
