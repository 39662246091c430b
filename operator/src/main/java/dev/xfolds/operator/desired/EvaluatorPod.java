package dev.xfolds.operator.desired;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;

import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.RunPlan;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;

/**
 * The evaluator: alone with the benchmarks, the stored answers and the reports; restarted in place.
 */
final class EvaluatorPod {
  private static final long GRACE_SECONDS = 30;
  private static final String BENCHMARK_VOLUME_PREFIX = "benchmark-";

  private EvaluatorPod() {}

  static Pod of(RunPlan plan, ClusterSettings settings) {
    RunNames names = RunNames.of(plan);
    return new PodBuilder()
        .withMetadata(names.metadata(names.evaluatorPod(), EVALUATOR).build())
        .withNewSpec()
        .withRestartPolicy("Always")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
        .withTolerations(settings.tolerations()) // where every node has a taint
        .withSecurityContext(Pods.podSecurity(settings))
        .withImagePullSecrets(Pods.pullSecrets(settings))
        .withContainers(container(plan, settings))
        .withVolumes(volumes(plan, settings, names))
        .endSpec()
        .build();
  }

  private static Container container(RunPlan plan, ClusterSettings settings) {
    String memory = settings.evaluator().memory();
    return new ContainerBuilder()
        .withName(EVALUATOR)
        .withImage(settings.evaluatorImage())
        .withCommand(ProcessContract.EVALUATOR_COMMAND)
        .withArgs(arguments(plan))
        .withPorts(
            Pods.port("benchmark", ProcessContract.BENCHMARK_PORT),
            Pods.port("health", ProcessContract.HEALTH_PORT))
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withSecurityContext(Pods.containerSecurity())
        .withResources(Pods.resources(settings.evaluator(), memory.isEmpty() ? "2Gi" : memory))
        .withStartupProbe(Pods.probe("/livez", 2, 150))
        .withReadinessProbe(Pods.probe("/readyz", 5, 3))
        .withLivenessProbe(Pods.probe("/livez", 10, 12))
        .withVolumeMounts(mounts(plan))
        .build();
  }

  private static List<String> arguments(RunPlan plan) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--plan=" + ProcessContract.PLAN_FOLDER + "/" + ProcessContract.PLAN_FILE);
    arguments.add("--tls=" + ProcessContract.TLS_FOLDER);
    for (String volume : benchmarkVolumes(plan)) {
      arguments.add("--volume=" + volume + "=" + ProcessContract.VOLUMES_FOLDER + volume);
    }
    arguments.add("--store=" + ProcessContract.STORE_FOLDER);
    arguments.add("--port=" + ProcessContract.BENCHMARK_PORT);
    arguments.add("--health-port=" + ProcessContract.HEALTH_PORT);
    return arguments;
  }

  private static List<String> benchmarkVolumes(RunPlan plan) {
    return plan.getEvaluationsList().stream()
        .map(EvaluationPlan::getVolume)
        .filter(volume -> !volume.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  private static List<VolumeMount> mounts(RunPlan plan) {
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(Pods.mount("plan", ProcessContract.PLAN_FOLDER, true));
    mounts.add(Pods.mount("tls", ProcessContract.TLS_FOLDER, true));
    mounts.add(Pods.mount("store", ProcessContract.STORE_FOLDER, false));
    mounts.add(Pods.mount("tmp", "/tmp", false));
    for (String volume : benchmarkVolumes(plan)) {
      mounts.add(
          Pods.mount(
              BENCHMARK_VOLUME_PREFIX + volume, ProcessContract.VOLUMES_FOLDER + volume, true));
    }
    return mounts;
  }

  private static List<Volume> volumes(RunPlan plan, ClusterSettings settings, RunNames names) {
    List<Volume> volumes = new ArrayList<>();
    volumes.add(Pods.configMap("plan", names.planConfigMap()));
    volumes.add(Pods.secret("tls", names.tlsSecret(EVALUATOR)));
    volumes.add(Pods.claim("store", settings.evaluatorClaim(), false));
    volumes.add(Pods.scratch("tmp"));
    for (String volume : benchmarkVolumes(plan)) {
      volumes.add(Pods.claim(BENCHMARK_VOLUME_PREFIX + volume, volume, true));
    }
    return volumes;
  }
}
