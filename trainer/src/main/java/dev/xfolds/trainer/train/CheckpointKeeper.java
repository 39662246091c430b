package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.contract.v1.TrainingStateOrBuilder;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.Draft;
import dev.xfolds.trainer.config.TrainerException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest checkpoint of a run that is trained. Rank 0 writes its files, while the others wait or
 * write what they alone have; training goes on while they are brought to the disk, digested and
 * renamed.
 */
final class CheckpointKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointKeeper.class);

  /** An attempt that fails still gets the checkpoint that was under way, unless the disk hangs. */
  private static final Duration AT_THE_END = Duration.ofSeconds(60);

  private final RunContext run;
  private final CheckpointWriter writer;
  private Optional<CompletableFuture<Checkpoint>> underWay = Optional.empty();
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

  /** Of the newest one, which may be under way; -1 if there is none. */
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

  /** The newest one, on rank 0; waits for it. */
  Checkpoint newest() {
    settle();
    return newest.orElseThrow();
  }

  /**
   * Writes one. Waits for the one before it, if that is not on the disk yet.
   *
   * @param optimizer this rank's part of its state
   * @return how long training waited, in seconds
   */
  double write(
      TrainingState state,
      Map<String, NDArray> optimizer,
      double loss,
      OptionalDouble validation,
      boolean best) {
    long started = System.nanoTime();
    settle();
    Optional<Draft> draft =
        run.leads()
            ? Optional.of(writer.draft(state, optimizer, loss, validation, best))
            : Optional.empty();
    contributions(state.getStep(), optimizer);
    underWay = draft.map(this::publish);
    run.ranks().barrier();
    step = state.getStep();
    validatedStep = state.getValidatedStep();
    return (System.nanoTime() - started) / 1e9;
  }

  /** Behind the draft, of which they are a part, and before it is published. */
  private void contributions(long step, Map<String, NDArray> optimizer) {
    if (writer.sharded()) {
      run.ranks().barrier();
      if (!run.leads()) {
        writer.contribute(step, optimizer);
      }
      run.ranks().barrier();
    }
  }

  private CompletableFuture<Checkpoint> publish(Draft draft) {
    return CompletableFuture.supplyAsync(
        () -> writer.publish(draft),
        work -> Thread.ofPlatform().name("checkpoint").daemon().start(work));
  }

  /**
   * Looks whether the one under way is there, and does not wait for it.
   *
   * @throws TrainerException code 10 if it could not be written
   */
  void look() {
    if (underWay.filter(CompletableFuture::isDone).isPresent()) {
      settle();
    }
  }

  /**
   * Waits for the one under way.
   *
   * @throws TrainerException code 10 if it could not be written
   */
  void settle() {
    if (underWay.isEmpty()) {
      return;
    }
    CompletableFuture<Checkpoint> published = underWay.get();
    underWay = Optional.empty();
    try {
      newest = Optional.of(published.join());
      writer.tell(newest.get());
    } catch (CompletionException e) {
      throw e.getCause() instanceof TrainerException failure
          ? failure
          : new IllegalStateException("checkpoint of step " + step, e.getCause());
    }
  }

  @Override
  public void close() {
    if (underWay.isEmpty()) {
      return;
    }
    try {
      writer.tell(underWay.get().get(AT_THE_END.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the checkpoint of step {} is lost: {}", step, e.toString());
    }
  }
}
