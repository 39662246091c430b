package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.metrics.RunCollector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import java.time.Clock;
import java.time.Duration;

/**
 * An operator that believes to lead and asks no Lease, by a clock that may be wrong. Its
 * environment is the operator's own. It says what it reconciles.
 *
 * <p>Argument: how many seconds its clock is ahead.
 */
public final class HeadstrongOperator {
  private HeadstrongOperator() {}

  public static void main(String[] arguments) {
    Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(Long.parseLong(arguments[0])));
    KubernetesClient client = new KubernetesClientBuilder().build();
    Operator operator =
        new Operator(
            settings ->
                settings
                    .withKubernetesClient(client)
                    .withMetrics(new Told())
                    .checkingCRDAndValidateLocalModel(false));
    operator.register(
        OperatorProcess.reconciler(
            client,
            new HaltingOperator.Environment(System.getenv()),
            new RunCollector(clock),
            clock));
    operator.start();
  }

  private static final class Told implements Metrics {
    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
      System.err.println("reconciles " + execution.resourceID().getName());
      return execution.execute();
    }
  }
}
