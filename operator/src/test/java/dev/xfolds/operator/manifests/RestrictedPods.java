package dev.xfolds.operator.manifests;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The Pod Security level {@code restricted}, stricter where we can be: the root file system is
 * read-only too, and no capability is added. Source: kubernetes.io, Pod Security Standards, 1.34.
 */
final class RestrictedPods {
  private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");

  private RestrictedPods() {}

  /** Every rule that a pod breaks, by field. */
  static List<String> violations(PodSpec pod) {
    List<String> found = new ArrayList<>();
    if (isTrue(pod.getHostNetwork()) || isTrue(pod.getHostPID()) || isTrue(pod.getHostIPC())) {
      found.add("hostNetwork, hostPID, hostIPC");
    }
    PodSecurityContext ofPod =
        Objects.requireNonNullElseGet(pod.getSecurityContext(), PodSecurityContext::new);
    if (Objects.equals(ofPod.getRunAsUser(), 0L)) {
      found.add("securityContext.runAsUser");
    }
    if (ofPod.getSysctls() != null && !ofPod.getSysctls().isEmpty()) {
      found.add("securityContext.sysctls");
    }
    for (Volume volume : pod.getVolumes()) {
      if (!isAllowed(volume)) {
        found.add("volumes[%s]".formatted(volume.getName()));
      }
    }
    Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .forEach(container -> container(container, ofPod, found));
    if (!pod.getEphemeralContainers().isEmpty()) {
      found.add("ephemeralContainers");
    }
    return found;
  }

  private static void container(Container container, PodSecurityContext ofPod, List<String> found) {
    SecurityContext own =
        Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
    String at = "containers[%s].securityContext.".formatted(container.getName());
    if (isTrue(own.getPrivileged())) {
      found.add(at + "privileged");
    }
    if (!Objects.equals(own.getAllowPrivilegeEscalation(), false)) {
      found.add(at + "allowPrivilegeEscalation");
    }
    if (own.getCapabilities() == null || !own.getCapabilities().getDrop().contains("ALL")) {
      found.add(at + "capabilities.drop");
    }
    if (own.getCapabilities() != null && !own.getCapabilities().getAdd().isEmpty()) {
      found.add(at + "capabilities.add");
    }
    Boolean nonRoot =
        own.getRunAsNonRoot() == null ? ofPod.getRunAsNonRoot() : own.getRunAsNonRoot();
    if (!isTrue(nonRoot)) {
      found.add(at + "runAsNonRoot");
    }
    if (Objects.equals(own.getRunAsUser(), 0L)) {
      found.add(at + "runAsUser");
    }
    SeccompProfile seccomp =
        own.getSeccompProfile() == null ? ofPod.getSeccompProfile() : own.getSeccompProfile();
    if (seccomp == null || !SECCOMP.contains(seccomp.getType())) {
      found.add(at + "seccompProfile");
    }
    if (own.getProcMount() != null && !own.getProcMount().equals("Default")) {
      found.add(at + "procMount");
    }
    if (!isTrue(own.getReadOnlyRootFilesystem())) {
      found.add(at + "readOnlyRootFilesystem");
    }
    for (ContainerPort port : container.getPorts()) {
      if (port.getHostPort() != null && port.getHostPort() != 0) {
        found.add("containers[%s].ports.hostPort".formatted(container.getName()));
      }
    }
  }

  private static boolean isAllowed(Volume volume) {
    return Stream.of(
            volume.getConfigMap(),
            volume.getCsi(),
            volume.getDownwardAPI(),
            volume.getEmptyDir(),
            volume.getEphemeral(),
            volume.getPersistentVolumeClaim(),
            volume.getProjected(),
            volume.getSecret())
        .anyMatch(Objects::nonNull);
  }

  private static boolean isTrue(Boolean value) {
    return Objects.equals(value, true);
  }
}
