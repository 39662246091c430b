package dev.xfolds.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** The operator's own numbers: whether this process leads, its passes, and its requests. */
public final class OperatorMetrics {
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10)
  };

  private final AtomicBoolean leads = new AtomicBoolean();
  private final MeterRegistry registry;
  private final Timer passed;
  private final Timer failed;

  public OperatorMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("xfolds.operator.leader", leads, value -> value.get() ? 1 : 0)
        .description("1 in the process that leads")
        .register(registry);
    passed = timer(registry, "success");
    failed = timer(registry, "error");
  }

  public void leads(boolean now) {
    leads.set(now);
  }

  /** A pass is over. */
  public void reconciled(Duration took, boolean error) {
    (error ? failed : passed).record(took);
  }

  /** The API server is asked something, which takes this right. */
  public void asked(AskedRight right) {
    Counter.builder("xfolds.operator.api.requests")
        .description("Requests to the API server, each try, by the right that they take")
        .tag("verb", right.verb())
        .tag("resource", right.resource())
        .register(registry)
        .increment();
  }

  private static Timer timer(MeterRegistry registry, String result) {
    return Timer.builder("xfolds.operator.reconcile")
        .description("Passes over a run, and how long they took")
        .tag("result", result)
        .serviceLevelObjectives(BOUNDS)
        .register(registry);
  }
}
