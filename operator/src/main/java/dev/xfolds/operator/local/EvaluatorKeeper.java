package dev.xfolds.operator.local;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.operator.desired.ProcessContract;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.desired.RunObjects;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.RunClient;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.tls.RunCertificates;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps a run's evaluator alive, at one address: a dead one is started again with the same store.
 */
final class EvaluatorKeeper implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final LocalContext context;
  private final RunNames names;
  private final RunObjects objects;
  private final RunCertificates certificates;
  private final HostVolumes volumes;
  private final PodSpec pod;
  private PortMap ports;
  private LocalPod running;
  private RunClient client;
  private int restarts;
  private Instant startAgainAt = Instant.MAX;

  EvaluatorKeeper(
      LocalContext context,
      RunNames names,
      RunObjects objects,
      RunCertificates certificates,
      HostVolumes volumes) {
    this.context = context;
    this.names = names;
    this.objects = objects;
    this.certificates = certificates;
    this.volumes = volumes;
    this.pod = objects.evaluator().map(p -> p.getSpec()).orElse(null);
  }

  /** Whether the run has an evaluator at all. */
  boolean wanted() {
    return pod != null;
  }

  void start() throws IOException {
    if (!wanted()) {
      return;
    }
    if (ports == null) {
      ports = PortMap.allocate(pod);
    }
    running =
        LocalPod.start(
            context,
            pod,
            context.output().objects(names).resolve("pods").resolve(EVALUATOR),
            log(),
            List.of(objects.plan()),
            objects.evaluatorTls().stream().toList(),
            volumes,
            ports,
            Map.of(),
            Map.of());
    startAgainAt = Instant.MAX;
  }

  /** Looks after the evaluator. Not empty if it cannot be kept alive. */
  Optional<Verdict.Failed> look() throws IOException {
    if (!wanted()) {
      return Optional.empty();
    }
    var code = running.exitCode();
    if (code.isEmpty()) {
      if (!running.healthy()) {
        context.listener().note(names.run(), "evaluator does not answer its probes, ends it");
        running.terminate();
      }
      return Optional.empty();
    }
    if (code.getAsInt() == ExitCode.INVALID_VALUE || restarts >= context.restarts().maxRestarts()) {
      boolean users = code.getAsInt() == ExitCode.INVALID_VALUE;
      return Optional.of(
          new Verdict.Failed(
              "Evaluator" + RestartPolicy.reason(code.getAsInt()),
              "the evaluator ended with exit code %d%s"
                      .formatted(
                          code.getAsInt(), users ? "" : ", " + restarts + " restarts were tried")
                  + LogWatch.reason(log(), EVALUATOR).map(reason -> ": " + reason).orElse(""),
              users));
    }
    Instant now = context.clock().instant();
    if (startAgainAt.equals(Instant.MAX)) {
      startAgainAt = now.plus(context.restarts().delay(restarts + 1));
      context
          .listener()
          .note(
              names.run(),
              "evaluator ended with exit code %d, starts again".formatted(code.getAsInt()));
    }
    if (!now.isBefore(startAgainAt)) {
      restarts++;
      start();
    }
    return Optional.empty();
  }

  PodState state() {
    return running == null ? PodState.ABSENT : running.state();
  }

  /** Address of the Service, as trainers are told it, to the one of this machine. */
  Map<String, String> services() {
    return wanted()
        ? Map.of(
            names.service(EVALUATOR) + ":" + ProcessContract.BENCHMARK_PORT,
            "127.0.0.1:" + ports.of(ProcessContract.BENCHMARK_PORT))
        : Map.of();
  }

  /** Empty while it does not answer. */
  Optional<List<Report>> reports() {
    if (!wanted()) {
      return Optional.of(List.of());
    }
    if (client == null) {
      client =
          RunClient.connect(
              "127.0.0.1", ports.of(ProcessContract.BENCHMARK_PORT), certificates, DEADLINE);
    }
    return client.reports(names.namespace(), names.run()).join();
  }

  Path log() {
    return context.output().logs(names).resolve("evaluator.log");
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    if (running != null) {
      running.terminate();
    }
  }
}
