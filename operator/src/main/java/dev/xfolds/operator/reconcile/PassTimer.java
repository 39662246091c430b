package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.metrics.OperatorMetrics;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import java.time.Duration;

/** Times every pass, and counts those that threw. */
final class PassTimer implements Metrics {
  private final OperatorMetrics metrics;

  PassTimer(OperatorMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    long started = System.nanoTime();
    boolean error = true;
    try {
      T result = execution.execute();
      error = false;
      return result;
    } finally {
      metrics.reconciled(Duration.ofNanos(System.nanoTime() - started), error);
    }
  }
}
