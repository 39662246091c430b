package dev.xfolds.operator.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.ObjectYaml;
import dev.xfolds.operator.desired.Plans;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real API server takes what kustomize renders. Only a namespace of the test's own is made: the
 * rest is sent as a dry run, which passes schema, admission and Pod Security all the same, so that
 * whoever shares the cluster notices nothing.
 */
final class OverlaysOnAClusterE2E {
  private static final String MONITOR = "servicemonitors.monitoring.coreos.com";
  private static final String RULE = "prometheusrules.monitoring.coreos.com";

  private final Kubectl kubectl = Kubectl.withClusterOrSkip();
  private final String namespace =
      "xfolds-manifests-" + UUID.randomUUID().toString().substring(0, 8);
  private boolean definitionsAreOurs;

  static Stream<String> overlays() {
    return Manifests.OVERLAYS.stream();
  }

  static Stream<String> volumes() {
    return Manifests.VOLUMES.stream();
  }

  @BeforeEach
  void makeNamespaceAsTheBaseHasIt() {
    Namespace rendered =
        Manifests.only(Manifests.render(kubectl, "overlays/kubernetes"), Namespace.class);
    Namespace own =
        new NamespaceBuilder(rendered).editMetadata().withName(namespace).endMetadata().build();
    kubectl.ok(Manifests.yaml(own), "apply", "--server-side", "-f", "-");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                kubectl.run("", "-n", namespace, "get", "serviceaccount", "default").exitCode()
                    == 0);
  }

  @AfterEach
  void removeWhatWasMade() {
    kubectl.ok("", "delete", "namespace", namespace, "--wait=false");
    if (definitionsAreOurs) {
      kubectl.ok("", "delete", "crd", MONITOR, RULE, "--wait=false");
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void overlayIsAccepted(String overlay, @TempDir Path folder) throws IOException {
    if (overlay.endsWith("openshift")) {
      defineMonitoringWhereItIsMissing();
    }
    accepts(renderHere(overlay, folder));
  }

  @ParameterizedTest
  @MethodSource("volumes")
  void claimsAreAccepted(String overlay, @TempDir Path folder) {
    accepts(renderHere(overlay, folder));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void podOfTheOperatorPassesTheNamespacesPodSecurity(String overlay, @TempDir Path folder) {
    List<HasMetadata> objects = Manifests.parse(renderHere(overlay, folder));
    // Pods are refused where their account is missing, so this one is made for real.
    kubectl.ok(
        Manifests.yaml(Manifests.only(objects, ServiceAccount.class)),
        "apply",
        "--server-side",
        "-f",
        "-");
    PodTemplateSpec template = Manifests.only(objects, Deployment.class).getSpec().getTemplate();
    accepts(Manifests.yaml(pod("operator", template)));
  }

  @Test
  void podsOfARunPassThePodSecurityOfARestrictedNamespace() {
    RunPlan plan = Plans.vqaRad().toBuilder().setNamespace(namespace).build();
    accepts(ObjectYaml.of(List.of(RunPods.evaluator(plan))));
    accepts(Manifests.yaml(pod("trainer", RunPods.trainer(plan))));
    assertThat(RestrictedPods.violations(RunPods.evaluator(plan).getSpec())).isEmpty();
    assertThat(RestrictedPods.violations(RunPods.trainer(plan).getSpec())).isEmpty();
  }

  @Test
  void namespaceRefusesAPodThatIsNotRestricted() {
    Pod root =
        new PodBuilder()
            .withNewMetadata()
            .withName("root")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("c")
            .withImage("xfolds/operator")
            .endContainer()
            .endSpec()
            .build();
    Kubectl.Result result =
        kubectl.run(Manifests.yaml(root), "apply", "--server-side", "--dry-run=server", "-f", "-");
    assertThat(result.exitCode()).isNotZero();
    assertThat(result.err()).contains("violates PodSecurity \"restricted");
  }

  private void accepts(String documents) {
    Kubectl.Result result =
        kubectl.run(
            documents,
            "apply",
            "--server-side",
            "--force-conflicts", // someone else may have installed xfolds here in another way
            "--dry-run=server",
            "--validate=strict",
            "-f",
            "-");
    assertThat(result.err()).as("refused or warned").isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  /** An overlay with everything that is in its namespace moved to the test's. */
  private String renderHere(String overlay, Path folder) {
    return Manifests.renderChanged(
        kubectl, folder, overlay, "namespace: %s\n".formatted(namespace));
  }

  private Pod pod(String name, PodTemplateSpec template) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withLabels(template.getMetadata().getLabels())
        .endMetadata()
        .withSpec(template.getSpec())
        .build();
  }

  private void defineMonitoringWhereItIsMissing() throws IOException {
    if (kubectl.run("", "get", "crd", MONITOR).exitCode() == 0) {
      return;
    }
    try (InputStream definition =
        OverlaysOnAClusterE2E.class.getResourceAsStream("monitoring-definitions.yaml")) {
      kubectl.ok(
          new String(definition.readAllBytes(), StandardCharsets.UTF_8),
          "apply",
          "--server-side",
          "-f",
          "-");
    }
    definitionsAreOurs = true;
    kubectl.ok(
        "",
        "wait",
        "--for=condition=Established",
        "--timeout=30s",
        "crd/" + MONITOR,
        "crd/" + RULE);
  }
}
