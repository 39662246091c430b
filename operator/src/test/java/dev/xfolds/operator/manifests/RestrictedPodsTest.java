package dev.xfolds.operator.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import org.junit.jupiter.api.Test;

final class RestrictedPodsTest {
  private static final PodSpec GOOD =
      new PodSpecBuilder()
          .withNewSecurityContext()
          .withRunAsNonRoot(true)
          .withNewSeccompProfile()
          .withType("RuntimeDefault")
          .endSeccompProfile()
          .endSecurityContext()
          .addNewContainer()
          .withName("c")
          .withNewSecurityContext()
          .withAllowPrivilegeEscalation(false)
          .withReadOnlyRootFilesystem(true)
          .withNewCapabilities()
          .withDrop("ALL")
          .endCapabilities()
          .endSecurityContext()
          .endContainer()
          .addNewVolume()
          .withName("tmp")
          .withNewEmptyDir()
          .endEmptyDir()
          .endVolume()
          .build();

  @Test
  void restrictedPodBreaksNoRule() {
    assertThat(RestrictedPods.violations(GOOD)).isEmpty();
  }

  @Test
  void podThatSaysNothingIsNotRestricted() {
    PodSpec silent = new PodSpecBuilder().addNewContainer().withName("c").endContainer().build();
    assertThat(RestrictedPods.violations(silent))
        .containsExactly(
            "containers[c].securityContext.allowPrivilegeEscalation",
            "containers[c].securityContext.capabilities.drop",
            "containers[c].securityContext.runAsNonRoot",
            "containers[c].securityContext.seccompProfile",
            "containers[c].securityContext.readOnlyRootFilesystem");
  }

  @Test
  void hostFoldersAndHostNetworkAreNamed() {
    PodSpec host =
        GOOD.edit()
            .withHostNetwork(true)
            .addNewVolume()
            .withName("host")
            .withNewHostPath("/", "Directory")
            .endVolume()
            .build();
    assertThat(RestrictedPods.violations(host))
        .containsExactly("hostNetwork, hostPID, hostIPC", "volumes[host]");
  }

  @Test
  void containerOverridesItsPod() {
    PodSpec root =
        GOOD.edit()
            .withContainers(
                new ContainerBuilder(GOOD.getContainers().getFirst())
                    .withSecurityContext(
                        new SecurityContextBuilder(
                                GOOD.getContainers().getFirst().getSecurityContext())
                            .withRunAsNonRoot(false)
                            .withRunAsUser(0L)
                            .build())
                    .build())
            .build();
    assertThat(RestrictedPods.violations(root))
        .containsExactly(
            "containers[c].securityContext.runAsNonRoot",
            "containers[c].securityContext.runAsUser");
  }
}
