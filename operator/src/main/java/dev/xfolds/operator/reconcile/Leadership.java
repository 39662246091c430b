package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.metrics.OperatorMetrics;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.quarkus.runtime.Quarkus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process leads. One that loses its lease ends at once: another one writes now. One
 * that is asked to end gives its lease back, so that the next one need not wait until it is over.
 */
final class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final OperatorMetrics metrics;
  private volatile boolean ending;

  Leadership(KubernetesClient client, OperatorConfig config, OperatorMetrics metrics) {
    this.client = client;
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * Without the framework's own exit, which for a process that is ending already waits for ever.
   */
  LeaderElectionConfiguration election() {
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(RunNames.MANAGER)
        .withLeaseNamespace(config.namespace())
        .withIdentity(config.podName())
        .withExitOnStopLeading(false)
        .withLeaderCallbacks(
            new LeaderCallbacks(() -> metrics.leads(true), this::lose, leader -> {}))
        .build();
  }

  OperatorMetrics metrics() {
    return metrics;
  }

  /** What follows is no loss. */
  void end() {
    ending = true;
  }

  boolean isEnding() {
    return ending;
  }

  /** Gives the lease back, if this process has it; nothing of it may write any more. */
  void release() {
    try {
      Lease lease =
          client.leases().inNamespace(config.namespace()).withName(RunNames.MANAGER).get();
      if (lease != null && config.podName().equals(lease.getSpec().getHolderIdentity())) {
        lease.getSpec().setHolderIdentity("");
        client.resource(lease).update(); // refused if another one has taken it meanwhile
      }
    } catch (KubernetesClientException e) {
      LOG.warn("the lease was not given back, the next one waits until it is over", e);
    }
  }

  private void lose() {
    metrics.leads(false);
    if (!ending) {
      LOG.error("lost the lease, and ends");
      Quarkus.asyncExit(1);
    }
  }
}
