package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.desired.PodResources;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.tls.CertificateIssuer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** The operator in a cluster: one of several processes leads and reconciles, the others wait. */
@Readiness
@ApplicationScoped
public class OperatorProcess implements HealthCheck {
  private final OperatorConfig config;
  private Operator operator;

  OperatorProcess(OperatorConfig config) {
    this.config = config;
  }

  void start(@Observes StartupEvent event) {
    KubernetesClient client = new KubernetesClientBuilder().build();
    operator =
        new Operator(
            settings ->
                settings
                    .withKubernetesClient(client)
                    .checkingCRDAndValidateLocalModel(false)
                    .withReconciliationTerminationTimeout(Duration.ofSeconds(10))
                    .withLeaderElectionConfiguration(
                        LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(
                                RunNames.MANAGER)
                            .withLeaseNamespace(config.namespace())
                            .withIdentity(config.podName())
                            .build()));
    operator.register(reconciler(client));
    operator.start();
  }

  void stop(@Observes ShutdownEvent event) {
    operator.stop();
  }

  /** A process that waits for its turn is as ready as the one that leads. */
  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("informers")
        .status(operator != null && operator.getRuntimeInfo().allEventSourcesAreHealthy())
        .build();
  }

  private TrainingRunReconciler reconciler(KubernetesClient client) {
    Clock clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    RunSecrets secrets =
        new RunSecrets(
            client,
            new Authority(client, config.namespace(), random),
            new CertificateIssuer(clock, random, RunSecrets.LIFETIME),
            clock);
    PlanKeeper plans = new PlanKeeper(client);
    Queues queues = Queues.discover(client);
    return new TrainingRunReconciler(
        plans,
        new ObjectKeeper(
            new ClusterWriter(client, queues), settings(), secrets, plans, clock, config.podName()),
        secrets,
        new Conversations(secrets, clock),
        queues,
        clock);
  }

  private ClusterSettings settings() {
    return new ClusterSettings(
        config.namespace(),
        config.trainerImage(),
        config.evaluatorImage(),
        config.evaluatorClaim(),
        config.podUser(),
        new PodResources("", "", 0, ""),
        new PodResources("", config.evaluatorMemory(), 0, ""),
        config.imagePullSecrets().orElse(List.of()),
        Map.of(),
        List.of());
  }
}
