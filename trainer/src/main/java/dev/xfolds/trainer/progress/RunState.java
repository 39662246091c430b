package dev.xfolds.trainer.progress;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunProgress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** The run's present state, written by the training thread and read by servers. */
public final class RunState {

  private record Snapshot(RunProgress progress, long changedMillis) {}

  private final InstantSource clock;
  private final AtomicReference<Snapshot> snapshot;

  public RunState(InstantSource clock) {
    this.clock = clock;
    this.snapshot =
        new AtomicReference<>(
            new Snapshot(
                RunProgress.newBuilder().setPhase(Phase.STARTING).setCheckpointStep(-1).build(),
                clock.millis()));
  }

  /** Changes the state; only one thread may do so. */
  public void update(Consumer<RunProgress.Builder> change) {
    RunProgress.Builder next = snapshot.get().progress().toBuilder();
    change.accept(next);
    snapshot.set(new Snapshot(next.build(), clock.millis()));
  }

  public void phase(Phase phase) {
    update(p -> p.setPhase(phase));
  }

  public RunProgress progress() {
    return snapshot.get().progress();
  }

  /** How long ago the last change was. */
  Duration sinceChange() {
    return Duration.ofMillis(clock.millis() - snapshot.get().changedMillis());
  }
}
