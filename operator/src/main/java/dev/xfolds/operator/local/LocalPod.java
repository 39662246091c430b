package dev.xfolds.operator.local;

import dev.xfolds.operator.observe.Ending;
import dev.xfolds.operator.observe.PodState;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** A pod that runs here: its process, its ports and its probes. */
final class LocalPod {
  private final ChildProcess process;
  private final HealthProbe health;
  private final Path log;
  private final Clock clock;
  private final AtomicReference<Instant> endedAt = new AtomicReference<>();

  private LocalPod(ChildProcess process, HealthProbe health, Path log, Clock clock) {
    this.process = process;
    this.health = health;
    this.log = log;
    this.clock = clock;
  }

  /**
   * Lays a pod out and starts it.
   *
   * @param folder of the pod
   * @param services loopback address by {@code service:port}
   * @param added to the container's environment
   */
  static LocalPod start(
      LocalContext context,
      PodSpec pod,
      Path folder,
      Path log,
      List<ConfigMap> configMaps,
      List<Secret> secrets,
      HostVolumes volumes,
      PortMap ports,
      Map<String, String> services,
      Map<String, String> added)
      throws IOException {
    Sandbox sandbox =
        Sandbox.layOut(
            folder,
            pod,
            configMaps.stream().collect(Collectors.toMap(m -> m.getMetadata().getName(), m -> m)),
            secrets.stream().collect(Collectors.toMap(s -> s.getMetadata().getName(), s -> s)),
            volumes);
    ProcessSpec spec =
        ProcessSpec.of(
            pod, sandbox, ports, services, context.images(), context.environment(), added);
    ChildProcess process = ChildProcess.start(spec, folder, log);
    HealthProbe health =
        new HealthProbe(context.http(), context.clock(), pod.getContainers().getFirst(), ports);
    LocalPod started = new LocalPod(process, health, log, context.clock());
    process.onExit(
        () -> {
          started.ended();
          context.stop().wake();
        });
    return started;
  }

  /** Asks the probes that are due; false if the process must be restarted. */
  boolean healthy() {
    return health.poll();
  }

  PodState state() {
    if (!process.isAlive()) {
      return PodState.ENDED;
    }
    if (!health.started()) {
      return PodState.STARTING;
    }
    return health.ready() ? PodState.READY : PodState.NOT_READY;
  }

  private Instant ended() {
    return endedAt.updateAndGet(at -> at == null ? clock.instant() : at);
  }

  /** Empty while its process runs. */
  Optional<Ending> ending() {
    OptionalInt code = process.exitCode();
    return code.isEmpty() ? Optional.empty() : Optional.of(new Ending(ended(), code, false, ""));
  }

  OptionalInt exitCode() {
    return process.exitCode();
  }

  int terminate() {
    return process.terminate();
  }

  /** SIGTERM; nobody waits. */
  void ask() {
    process.ask();
  }

  /** Waits until it has ended by itself, at most so long; whether it has. */
  boolean endsWithin(Duration atMost) {
    return process.endsWithin(atMost);
  }

  /** Waits for the end, with SIGKILL after so long. */
  int end(Duration atMost) {
    return process.end(atMost);
  }

  /** Between SIGTERM and SIGKILL. */
  Duration grace() {
    return process.grace();
  }

  Path log() {
    return log;
  }
}
