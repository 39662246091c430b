package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.TrainingRun;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.function.Consumer;

/** Wakes runs for which another run matters, and tells when a TrainingRun is deleted. */
final class RunSignals extends SimpleInboundEventSource<TrainingRun>
    implements ResourceEventAware<TrainingRun> {
  private final Consumer<String> forget;

  /**
   * @param forget takes the uid of a run that was deleted
   */
  RunSignals(Consumer<String> forget) {
    super("source-run");
    this.forget = forget;
  }

  @Override
  public void onResourceDeleted(TrainingRun run) {
    forget.accept(run.getMetadata().getUid());
  }
}
