package dev.xfolds.operator.desired;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.plan.WorldSize;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The Indexed Job of one attempt: a pod per worker, never restarted by Kubernetes. */
public final class TrainerJob {
  private static final String DATA_VOLUME_PREFIX = "data-";

  /**
   * Threads of libtorch spin but shortly while they wait for each other. By default they spin for
   * milliseconds, and wherever processors are shared or limited take them from the one that works:
   * half the speed beside two busy neighbours on two cores. Sleeping at once costs a small model a
   * third of its speed.
   */
  private static final EnvVar SPIN_SHORTLY = new EnvVar("GOMP_SPINCOUNT", "10000", null);

  private static final EnvVar ATTEMPT =
      new EnvVarBuilder()
          .withName(ProcessContract.ATTEMPT_VARIABLE)
          .withNewValueFrom()
          .withNewFieldRef(null, "metadata.annotations['" + RunNames.ATTEMPT_ANNOTATION + "']")
          .endValueFrom()
          .build();

  private TrainerJob() {}

  /** Claims that a trainer of the run mounts. */
  public static Set<String> claims(RunPlan plan) {
    Set<String> claims = new TreeSet<>(TrainerMounts.of(plan).keySet());
    claims.add(plan.getCheckpoint().getVolume());
    return claims;
  }

  /**
   * The Job of one attempt.
   *
   * @param number of the Job, from 1: part of its name
   * @param attempt from 1, in an annotation of its pods: a Job that is suspended and resumed keeps
   *     its name, and its pods' next attempt gets a number of its own
   */
  public static Job of(RunPlan plan, ClusterSettings settings, int number, int attempt) {
    RunNames names = RunNames.of(plan);
    int workers = WorldSize.of(plan).workers();
    return new JobBuilder()
        .withMetadata(names.metadata(names.trainerJob(number), TRAINER).build())
        .withNewSpec()
        .withCompletionMode("Indexed")
        .withCompletions(workers)
        .withParallelism(workers)
        .withBackoffLimit(0)
        .withTemplate(template(plan, settings, number, attempt))
        .endSpec()
        .build();
  }

  private static PodTemplateSpec template(
      RunPlan plan, ClusterSettings settings, int number, int attempt) {
    RunNames names = RunNames.of(plan);
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(names.labels(TRAINER))
        .withAnnotations(Map.of(RunNames.ATTEMPT_ANNOTATION, Integer.toString(attempt)))
        .endMetadata()
        .withNewSpec()
        .withSubdomain(names.service(TRAINER))
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds((long) plan.getCheckpoint().getGraceSeconds())
        .withSecurityContext(Pods.podSecurity(settings))
        .withImagePullSecrets(Pods.pullSecrets(settings))
        .withNodeSelector(settings.nodeSelector().isEmpty() ? null : settings.nodeSelector())
        .withTolerations(settings.tolerations())
        .withContainers(container(plan, settings, number))
        .withVolumes(volumes(plan, names))
        .endSpec()
        .build();
  }

  private static Container container(RunPlan plan, ClusterSettings settings, int number) {
    return new ContainerBuilder()
        .withName(TRAINER)
        .withImage(settings.trainerImage())
        .withCommand(ProcessContract.TRAINER_COMMAND)
        .withArgs(arguments(plan, number))
        .withEnv(SPIN_SHORTLY, ATTEMPT)
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withPorts(ports(plan))
        .withSecurityContext(Pods.containerSecurity())
        .withResources(
            Pods.resources(settings.trainer(), Pods.trainerMemory(plan, settings.trainer())))
        .withStartupProbe(Pods.probe("/livez", 2, 150))
        .withReadinessProbe(Pods.probe("/readyz", 5, 3))
        .withLivenessProbe(Pods.probe("/livez", 10, 12))
        .withVolumeMounts(mounts(plan))
        .build();
  }

  private static List<ContainerPort> ports(RunPlan plan) {
    ContainerPort progress = Pods.port("progress", ProcessContract.PROGRESS_PORT);
    ContainerPort health = Pods.port("health", ProcessContract.HEALTH_PORT);
    List<ContainerPort> ports = new ArrayList<>(List.of(progress, health));
    for (int port : peerPorts(plan)) {
      int rank = port - ProcessContract.PEER_PORT;
      ports.add(Pods.port(rank == 0 ? "peer" : "peer-" + rank, port));
    }
    return ports;
  }

  /** Where the ranks of a pod listen for others, in their order; none for a rank alone. */
  static List<Integer> peerPorts(RunPlan plan) {
    WorldSize size = WorldSize.of(plan);
    return size.ranks() == 1
        ? List.of()
        : IntStream.range(0, size.ranksPerWorker())
            .mapToObj(rank -> ProcessContract.PEER_PORT + rank)
            .toList();
  }

  private static List<String> arguments(RunPlan plan, int number) {
    RunNames names = RunNames.of(plan);
    List<String> arguments = new ArrayList<>();
    arguments.add("--plan=" + ProcessContract.PLAN_FOLDER + "/" + ProcessContract.PLAN_FILE);
    arguments.add("--tls=" + ProcessContract.TLS_FOLDER);
    arguments.add("--runs=" + ProcessContract.RUNS_FOLDER);
    for (String volume : TrainerMounts.of(plan).keySet()) {
      arguments.add("--volume=" + volume + "=" + ProcessContract.VOLUMES_FOLDER + volume);
    }
    if (plan.getEvaluationsCount() > 0) {
      arguments.add(
          "--evaluator=" + names.service(EVALUATOR) + ":" + ProcessContract.BENCHMARK_PORT);
    }
    if (WorldSize.of(plan).ranks() > 1) {
      arguments.add("--peers=" + String.join(",", peers(plan, number)));
    }
    arguments.add("--progress-port=" + ProcessContract.PROGRESS_PORT);
    arguments.add("--health-port=" + ProcessContract.HEALTH_PORT);
    arguments.add("--attempt=$(" + ProcessContract.ATTEMPT_VARIABLE + ")");
    return arguments;
  }

  /**
   * Addresses of all ranks of a Job, in their order: those of the first worker, of the second, and
   * so on. Ranks of a pod that is alone listen to each other and to nobody else.
   *
   * @param number of the Job
   */
  public static List<String> peers(RunPlan plan, int number) {
    RunNames names = RunNames.of(plan);
    int workers = WorldSize.of(plan).workers();
    return IntStream.range(0, workers)
        .mapToObj(worker -> workers == 1 ? "127.0.0.1" : names.workerHost(number, worker))
        .flatMap(host -> peerPorts(plan).stream().map(port -> host + ":" + port))
        .toList();
  }

  private static List<VolumeMount> mounts(RunPlan plan) {
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(Pods.mount("plan", ProcessContract.PLAN_FOLDER, true));
    mounts.add(Pods.mount("tls", ProcessContract.TLS_FOLDER, true));
    mounts.add(Pods.mount("runs", ProcessContract.RUNS_FOLDER, false));
    mounts.add(Pods.mount("tmp", "/tmp", false));
    mounts.add(Pods.mount("shm", "/dev/shm", false));
    TrainerMounts.of(plan)
        .forEach(
            (volume, files) -> {
              for (String file : files) {
                mounts.add(
                    Pods.fileMount(
                        DATA_VOLUME_PREFIX + volume,
                        ProcessContract.VOLUMES_FOLDER + volume + "/" + file,
                        file));
              }
            });
    return mounts;
  }

  private static List<Volume> volumes(RunPlan plan, RunNames names) {
    List<Volume> volumes = new ArrayList<>();
    volumes.add(Pods.configMap("plan", names.planConfigMap()));
    volumes.add(Pods.secret("tls", names.tlsSecret(TRAINER)));
    String claim = plan.getCheckpoint().getVolume();
    volumes.add(Pods.claim("runs", claim, false));
    volumes.add(Pods.scratch("tmp"));
    volumes.add(Pods.sharedMemory("shm", "1Gi"));
    for (String volume : TrainerMounts.of(plan).keySet()) {
      volumes.add(Pods.claim(DATA_VOLUME_PREFIX + volume, volume, true));
    }
    return volumes;
  }
}
