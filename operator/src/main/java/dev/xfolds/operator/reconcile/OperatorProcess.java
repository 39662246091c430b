package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.desired.PodResources;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.metrics.OperatorMetrics;
import dev.xfolds.operator.metrics.RunCollector;
import dev.xfolds.operator.tls.CertificateIssuer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator in a cluster: one of several processes leads and reconciles, the others wait. */
@Readiness
@ApplicationScoped
@SuppressWarnings("deprecation") // Quarkus has the registry of Prometheus' older client
public class OperatorProcess implements HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Set<Integer> REFUSALS =
      Set.of(HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN);
  private static final Duration TO_START = Duration.ofSeconds(5);

  /** Of a request after the first: a pass is repeated anyway, and others wait for its thread. */
  private static final int TRIES = 2;

  /**
   * More do not make a burst of runs faster, and their requests would keep each other, and
   * everybody else's, waiting at the API server until they time out.
   */
  private static final int PASSES_AT_ONCE = 10;

  private final OperatorConfig config;
  private final PrometheusMeterRegistry meters;
  private KubernetesClient client;
  private Leadership leadership;
  private Thread starting;
  private volatile Operator operator;

  OperatorProcess(OperatorConfig config, PrometheusMeterRegistry meters) {
    this.config = config;
    this.meters = meters;
  }

  /** Does not wait for the API server, which may be away for longer than a process may start. */
  void start(@Observes StartupEvent event) {
    Config settings =
        new ConfigBuilder(Config.autoConfigure(null))
            .withRequestRetryBackoffLimit(TRIES)
            .withUserAgent(RunNames.MANAGER) // the field manager of what is made, not applied
            .build();
    OperatorMetrics metrics = new OperatorMetrics(meters);
    client =
        new KubernetesClientBuilder()
            .withConfig(settings)
            .withHttpClientBuilderConsumer(
                http ->
                    http.addOrReplaceInterceptor(RequestCounter.NAME, new RequestCounter(metrics)))
            .withKubernetesSerialization(LeanObjects.serialization())
            .build();
    leadership = new Leadership(client, config, metrics);
    RunCollector numbers = new RunCollector(CLOCK).register(meters.getPrometheusRegistry());
    starting = Thread.ofPlatform().name("start").daemon().start(() -> begin(numbers));
  }

  /** Whatever keeps it from starting but the API server's absence ends the process. */
  private void begin(RunCollector numbers) {
    try {
      awaitApiServer();
      operator = begin(client, config, leadership, numbers);
    } catch (InterruptedException e) {
      LOG.info("ends before it could start");
    } catch (Throwable e) {
      if (!leadership.isEnding()) {
        LOG.error("cannot start, and ends", e);
        Quarkus.asyncExit(1);
      }
    }
  }

  private void awaitApiServer() throws InterruptedException {
    while (true) {
      try {
        client.getKubernetesVersion();
        return;
      } catch (KubernetesClientException e) {
        if (REFUSALS.contains(e.getCode())) {
          throw e;
        }
        LOG.warn(
            "the API server does not answer, asks again in {} s: {}",
            AGAIN.toSeconds(),
            e.getMessage());
        Thread.sleep(AGAIN);
      }
    }
  }

  /** Starts an operator that writes by this client. */
  static Operator begin(
      KubernetesClient client, OperatorConfig config, Leadership leadership, RunCollector numbers) {
    Operator operator =
        new Operator(
            settings ->
                settings
                    .withKubernetesClient(client)
                    .withMetrics(new PassTimer(leadership.metrics()))
                    .withConcurrentReconciliationThreads(PASSES_AT_ONCE)
                    .checkingCRDAndValidateLocalModel(false)
                    .withReconciliationTerminationTimeout(Duration.ofSeconds(10))
                    .withCloseClientOnStop(false)
                    .withLeaderElectionConfiguration(leadership.election()));
    operator.register(reconciler(client, config, numbers, CLOCK));
    operator.start();
    return operator;
  }

  void stop(@Observes ShutdownEvent event) {
    leadership.end();
    starting.interrupt();
    try {
      starting.join(TO_START);
      if (operator != null) {
        operator.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      leadership.release();
    }
    client.close();
  }

  /** A process that waits for its turn is as ready as the one that leads. */
  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("informers")
        .status(operator != null && operator.getRuntimeInfo().allEventSourcesAreHealthy())
        .build();
  }

  static TrainingRunReconciler reconciler(
      KubernetesClient client, OperatorConfig config, RunCollector numbers, Clock clock) {
    SecureRandom random = new SecureRandom();
    RunSecrets secrets =
        new RunSecrets(
            RunSecrets.Stored.in(client),
            new Authority(client, config.namespace(), random)::of,
            new CertificateIssuer(clock, random, RunSecrets.LIFETIME),
            clock);
    Queues queues = Queues.discover(client);
    ClusterWriter writer = new ClusterWriter(client, queues);
    PlanKeeper plans = new PlanKeeper(PlanKeeper.Store.in(client, writer));
    return new TrainingRunReconciler(
        plans,
        new ObjectKeeper(writer, settings(config), secrets, plans, clock, config.podName()),
        new StatusWriter(client),
        secrets,
        new Conversations(secrets, clock),
        queues,
        numbers,
        clock);
  }

  private static ClusterSettings settings(OperatorConfig config) {
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
