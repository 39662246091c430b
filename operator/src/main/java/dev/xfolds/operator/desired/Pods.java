package dev.xfolds.operator.desired;

import dev.xfolds.contract.v1.MemoryPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.plan.WorldSize;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What trainer and evaluator pods have in common: security, probes, resources, and the forms of
 * their volumes.
 */
final class Pods {
  private static final long MEBIBYTE = 1L << 20;

  /** Heap, class data and libraries of a trainer beside the tensors that the plan counts. */
  private static final long TRAINER_OVERHEAD_BYTES = 4096 * MEBIBYTE;

  private Pods() {}

  static PodSecurityContext podSecurity(ClusterSettings settings) {
    PodSecurityContextBuilder security =
        new PodSecurityContextBuilder()
            .withRunAsNonRoot(true)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile();
    settings
        .user()
        .ifPresent(
            user ->
                security
                    .withRunAsUser(user)
                    .withRunAsGroup(user)
                    .withFsGroup(user)
                    .withFsGroupChangePolicy("OnRootMismatch"));
    return security.build();
  }

  static SecurityContext containerSecurity() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  static Probe probe(String path, int periodSeconds, int failureThreshold) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort("health")
        .withScheme("HTTP")
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(Math.min(periodSeconds, 5))
        .withFailureThreshold(failureThreshold)
        .build();
  }

  static ContainerPort port(String name, int number) {
    return new ContainerPortBuilder()
        .withName(name)
        .withContainerPort(number)
        .withProtocol("TCP")
        .build();
  }

  static List<LocalObjectReference> pullSecrets(ClusterSettings settings) {
    return settings.imagePullSecrets().stream().map(LocalObjectReference::new).toList();
  }

  /** Memory is requested as much as limited, so that a neighbour never takes it. */
  static ResourceRequirements resources(PodResources resources, String memory) {
    Map<String, Quantity> requests = new HashMap<>();
    Map<String, Quantity> limits = new HashMap<>();
    if (!resources.cpu().isEmpty()) {
      requests.put("cpu", new Quantity(resources.cpu()));
    }
    requests.put("memory", new Quantity(memory));
    limits.put("memory", new Quantity(memory));
    if (resources.gpus() > 0) {
      requests.put(resources.gpuResourceName(), new Quantity(Integer.toString(resources.gpus())));
      limits.put(resources.gpuResourceName(), new Quantity(Integer.toString(resources.gpus())));
    }
    return new ResourceRequirementsBuilder().withRequests(requests).withLimits(limits).build();
  }

  /** Twice what the plan counts, because libtorch keeps freed blocks, and the JVM's own. */
  static String trainerMemory(RunPlan plan, PodResources resources) {
    if (!resources.memory().isEmpty()) {
      return resources.memory();
    }
    MemoryPlan memory = plan.getCost().getMemoryPerRank();
    long tensors =
        memory.getWeightBytes()
            + memory.getGradientBytes()
            + memory.getOptimizerBytes()
            + memory.getActivationBytes();
    int ranks = WorldSize.of(plan).ranksPerWorker();
    long bytes = ranks * (2 * tensors + TRAINER_OVERHEAD_BYTES);
    return Math.ceilDiv(bytes, MEBIBYTE) + "Mi";
  }

  static Volume configMap(String volume, String name) {
    return new VolumeBuilder()
        .withName(volume)
        .withNewConfigMap()
        .withName(name)
        .endConfigMap()
        .build();
  }

  static Volume secret(String volume, String name) {
    return new VolumeBuilder()
        .withName(volume)
        .withNewSecret()
        .withSecretName(name)
        .withDefaultMode(0440)
        .endSecret()
        .build();
  }

  static Volume claim(String volume, String claim, boolean readOnly) {
    return new VolumeBuilder()
        .withName(volume)
        .withNewPersistentVolumeClaim(claim, readOnly ? Boolean.TRUE : null)
        .build();
  }

  static Volume scratch(String volume) {
    return new VolumeBuilder().withName(volume).withNewEmptyDir().endEmptyDir().build();
  }

  static Volume sharedMemory(String volume, String size) {
    return new VolumeBuilder()
        .withName(volume)
        .withNewEmptyDir()
        .withMedium("Memory")
        .withSizeLimit(new Quantity(size))
        .endEmptyDir()
        .build();
  }

  static VolumeMount mount(String volume, String path, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(path)
        .withReadOnly(readOnly ? Boolean.TRUE : null)
        .build();
  }

  static VolumeMount fileMount(String volume, String path, String subPath) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(path)
        .withSubPath(subPath)
        .withReadOnly(true)
        .build();
  }
}
