package dev.xfolds.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class OperatorMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final OperatorMetrics metrics = new OperatorMetrics(registry);

  @Test
  void operatorTellsWhetherItLeads() {
    assertThat(leader()).isZero();
    metrics.leads(true);
    assertThat(leader()).isEqualTo(1);
    metrics.leads(false);
    assertThat(leader()).isZero();
  }

  @Test
  void passesAreCountedByTheirEnd() {
    metrics.reconciled(Duration.ofMillis(50), false);
    metrics.reconciled(Duration.ofSeconds(2), true);
    metrics.reconciled(Duration.ofSeconds(1), true);
    assertThat(timer("success").count()).isEqualTo(1);
    assertThat(timer("error").count()).isEqualTo(2);
    assertThat(timer("error").totalTime(TimeUnit.SECONDS)).isEqualTo(3);
  }

  @Test
  void requestsAreCountedByVerbAndResource() {
    metrics.asked(new AskedRight("get", "pods"));
    metrics.asked(new AskedRight("get", "pods"));
    metrics.asked(new AskedRight("patch", "pods"));
    assertThat(
            registry
                .get("xfolds.operator.api.requests")
                .tags("verb", "get", "resource", "pods")
                .counter()
                .count())
        .isEqualTo(2);
  }

  private double leader() {
    return registry.get("xfolds.operator.leader").gauge().value();
  }

  private Timer timer(String result) {
    return registry.get("xfolds.operator.reconcile").tag("result", result).timer();
  }
}
