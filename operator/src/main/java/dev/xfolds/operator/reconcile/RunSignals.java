package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.TrainingRun;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.function.Consumer;

/** Wakes runs for which another run matters, and tells when a TrainingRun is deleted. */
final class RunSignals extends SimpleInboundEventSource<TrainingRun>
    implements ResourceEventAware<TrainingRun> {
  private final Consumer<TrainingRun> deleted;

  /**
   * @param deleted takes a run that is no more
   */
  RunSignals(Consumer<TrainingRun> deleted) {
    super("source-run");
    this.deleted = deleted;
  }

  @Override
  public void onResourceDeleted(TrainingRun run) {
    deleted.accept(run);
  }
}
