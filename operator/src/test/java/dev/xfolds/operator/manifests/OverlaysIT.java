package dev.xfolds.operator.manifests;

import static dev.xfolds.operator.manifests.Manifests.NAMESPACE;
import static dev.xfolds.operator.manifests.Manifests.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.xfolds.operator.api.TrainingRunFile;
import dev.xfolds.operator.plan.FilePlan;
import dev.xfolds.operator.plan.Options;
import dev.xfolds.operator.plan.PlannedRun;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What kustomize makes of the folders that users apply. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // renders each folder once
final class OverlaysIT {
  private final Kubectl kubectl = Kubectl.orSkip();
  private final Map<String, List<HasMetadata>> rendered = new HashMap<>();

  static Stream<String> overlays() {
    return Manifests.OVERLAYS.stream();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void installsTheOperatorIntoItsNamespace(String overlay) {
    List<HasMetadata> objects = render(overlay);
    assertThat(objects)
        .extracting(HasMetadata::getKind)
        .contains(
            "Namespace",
            "CustomResourceDefinition",
            "ServiceAccount",
            "ClusterRole",
            "ClusterRoleBinding",
            "Role",
            "RoleBinding",
            "ConfigMap",
            "Deployment",
            "Service",
            "NetworkPolicy",
            "PodDisruptionBudget");
    assertThat(objects)
        .filteredOn(object -> !isConsoleDashboard(object))
        .extracting(object -> object.getMetadata().getNamespace())
        .containsOnly(null, NAMESPACE);
    assertThat(objects)
        .allSatisfy(
            object ->
                assertThat(object.getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/part-of", "xfolds"));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void definitionIsTheGeneratedOne(String overlay) throws IOException {
    CustomResourceDefinition rendered =
        Manifests.only(render(overlay), CustomResourceDefinition.class);
    HasMetadata generated =
        Manifests.parse(
                Files.readString(Manifests.ROOT.resolve("crds/trainingruns.xfolds.dev-v1.yaml")))
            .getFirst();
    assertThat(rendered.getSpec()).isEqualTo(((CustomResourceDefinition) generated).getSpec());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void namespaceEnforcesRestrictedAndThePodTemplateKeepsIt(String overlay) {
    List<HasMetadata> objects = render(overlay);
    Namespace namespace = Manifests.only(objects, Namespace.class);
    assertThat(namespace.getMetadata().getName()).isEqualTo(NAMESPACE);
    assertThat(namespace.getMetadata().getLabels())
        .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    assertThat(RestrictedPods.violations(template(objects).getSpec())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void selectorsFindTheOperatorsPods(String overlay) {
    List<HasMetadata> objects = render(overlay);
    Map<String, String> labels = template(objects).getMetadata().getLabels();
    assertThat(labels).containsEntry("app.kubernetes.io/name", OPERATOR);
    assertThat(
            List.of(
                Manifests.only(objects, Deployment.class).getSpec().getSelector().getMatchLabels(),
                Manifests.only(objects, Service.class).getSpec().getSelector(),
                Manifests.only(objects, PodDisruptionBudget.class)
                    .getSpec()
                    .getSelector()
                    .getMatchLabels(),
                Manifests.only(objects, NetworkPolicy.class)
                    .getSpec()
                    .getPodSelector()
                    .getMatchLabels()))
        .allSatisfy(selector -> assertThat(labels.entrySet()).containsAll(selector.entrySet()));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void containerAsksForMemoryAndAnswersProbes(String overlay) {
    Container container = container(render(overlay));
    assertThat(container.getCommand()).containsExactly("/opt/xfolds/bin/operator");
    assertThat(container.getArgs()).isEmpty();
    assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
    assertThat(container.getResources().getLimits()).containsKey("memory");
    assertThat(container.getPorts())
        .extracting(ContainerPort::getName, ContainerPort::getContainerPort)
        .containsExactly(tuple("http", 8080));
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health/livez");
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health/readyz");
    assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/health/livez");
    assertThat(container.getEnv())
        .extracting(env -> env.getName() + " " + env.getValueFrom().getFieldRef().getFieldPath())
        .containsExactly("XFOLDS_NAMESPACE metadata.namespace", "XFOLDS_POD_NAME metadata.name");
    assertThat(container.getEnvFrom().getFirst().getConfigMapRef().getName()).isEqualTo(OPERATOR);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void imagesNameNoRegistry(String overlay) {
    List<HasMetadata> objects = render(overlay);
    String host = overlay.endsWith("dev") ? "localhost/" : ""; // as ./xfolds images names archives
    assertThat(images(objects))
        .containsExactly(
            host + "xfolds/operator:0.1.0-SNAPSHOT",
            host + "xfolds/trainer:0.1.0-SNAPSHOT",
            host + "xfolds/evaluator:0.1.0-SNAPSHOT");
  }

  @Test
  void imagesOfAUsersKustomizationReachPodAndConfiguration(@TempDir Path folder) {
    List<HasMetadata> objects =
        Manifests.parse(
            Manifests.renderChanged(
                kubectl,
                folder,
                "overlays/kubernetes",
                """
                images:
                  - {name: xfolds/operator, newName: registry.example.org/operator, newTag: "1"}
                  - {name: xfolds/trainer, newName: registry.example.org/trainer, newTag: "2"}
                  - {name: xfolds/evaluator, newName: registry.example.org/evaluator, newTag: "3"}
                """));
    assertThat(images(objects))
        .containsExactly(
            "registry.example.org/operator:1",
            "registry.example.org/trainer:2",
            "registry.example.org/evaluator:3");
  }

  @Test
  void openShiftChoosesTheUserItself() {
    List<HasMetadata> objects = render("overlays/openshift");
    PodSecurityContext security = template(objects).getSpec().getSecurityContext();
    assertThat(security.getRunAsUser()).isNull();
    assertThat(security.getRunAsGroup()).isNull();
    assertThat(security.getFsGroup()).isNull();
    assertThat(container(objects).getSecurityContext().getRunAsUser()).isNull();
    assertThat(configuration(objects)).doesNotContainKey("XFOLDS_POD_USER");
  }

  @Test
  void elsewhereOperatorAndRunsHaveOneNumericUser() {
    for (String overlay : List.of("overlays/kubernetes", "overlays/dev")) {
      List<HasMetadata> objects = render(overlay);
      PodSecurityContext security = template(objects).getSpec().getSecurityContext();
      assertThat(security.getRunAsUser()).isPositive().isEqualTo(security.getFsGroup());
      assertThat(configuration(objects))
          .containsEntry("XFOLDS_POD_USER", security.getRunAsUser().toString());
    }
  }

  @Test
  void oneReplicaAndImportedImagesInDevTwoElsewhere() {
    List<HasMetadata> dev = render("overlays/dev");
    assertThat(Manifests.only(dev, Deployment.class).getSpec().getReplicas()).isEqualTo(1);
    assertThat(container(dev).getImagePullPolicy()).isEqualTo("Never");
    for (String overlay : List.of("overlays/kubernetes", "overlays/openshift")) {
      Deployment deployment = Manifests.only(render(overlay), Deployment.class);
      assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
    }
  }

  @Test
  void onlyOpenShiftNeedsTheMonitoringDefinitions() {
    assertThat(monitors(render("overlays/openshift")))
        .extracting(HasMetadata::getKind)
        .containsExactlyInAnyOrder("ServiceMonitor", "PrometheusRule");
    assertThat(monitors(render("overlays/kubernetes"))).isEmpty();
    assertThat(monitors(render("overlays/dev"))).isEmpty();
  }

  @Test
  void componentSwitchesTheServiceMonitorOn(@TempDir Path folder) throws IOException {
    Path component = Manifests.folder("components/service-monitor").toRealPath();
    List<HasMetadata> objects =
        Manifests.parse(
            Manifests.renderChanged(
                kubectl,
                folder,
                "overlays/kubernetes",
                "components: [%s]\n".formatted(folder.toRealPath().relativize(component))));
    assertThat(monitors(objects))
        .singleElement()
        .satisfies(
            monitor -> {
              Service service = Manifests.only(objects, Service.class);
              assertThat(service.getMetadata().getLabels().entrySet())
                  .containsAll(
                      monitor
                          .<Map<String, String>>get("spec", "selector", "matchLabels")
                          .entrySet());
              assertThat(monitor.<String>get("spec", "endpoints", 0, "port"))
                  .isEqualTo(service.getSpec().getPorts().getFirst().getName());
            });
  }

  @ParameterizedTest
  @CsvSource({
    "quickstart.yaml, samples/volumes/claims",
    "quickstart.yaml, samples/volumes/dev",
    "vqa-rad.yaml, samples/volumes/claims-with-data",
    "vqa-rad.yaml, samples/volumes/dev"
  })
  void everyClaimThatASamplesPodsMountIsThere(String sample, String folder) {
    List<PlannedRun> runs =
        FilePlan.of(TrainingRunFile.load(Manifests.folder("samples/" + sample)), Options.DEFAULT)
            .runs();
    String configured = configuration(render("overlays/kubernetes")).get("XFOLDS_EVALUATOR_CLAIM");
    Set<String> mounted =
        runs.stream()
            .flatMap(
                run ->
                    Stream.of(
                        RunPods.trainer(run.plan()).getSpec(),
                        RunPods.evaluator(run.plan()).getSpec()))
            .flatMap(pod -> pod.getVolumes().stream())
            .filter(volume -> volume.getPersistentVolumeClaim() != null)
            .map(volume -> volume.getPersistentVolumeClaim().getClaimName())
            .map(claim -> claim.equals(RunPods.SETTINGS.evaluatorClaim()) ? configured : claim)
            .collect(Collectors.toSet());
    List<PersistentVolumeClaim> claims = Manifests.all(render(folder), PersistentVolumeClaim.class);
    assertThat(mounted).isNotEmpty();
    assertThat(claims).extracting(claim -> claim.getMetadata().getName()).containsAll(mounted);
    // None: the user chooses the namespace with kubectl -n.
    assertThat(claims).extracting(claim -> claim.getMetadata().getNamespace()).containsOnlyNulls();
  }

  @Test
  void devVolumesAreTheOnesThatItsClaimsAskFor() {
    List<HasMetadata> objects = render("samples/volumes/dev");
    List<PersistentVolume> volumes = Manifests.all(objects, PersistentVolume.class);
    List<PersistentVolumeClaim> claims = Manifests.all(objects, PersistentVolumeClaim.class);
    assertThat(claims).hasSameSizeAs(volumes);
    for (PersistentVolumeClaim claim : claims) {
      assertThat(volumes)
          .filteredOn(
              volume ->
                  volume
                          .getMetadata()
                          .getLabels()
                          .entrySet()
                          .containsAll(claim.getSpec().getSelector().getMatchLabels().entrySet())
                      && volume
                          .getSpec()
                          .getStorageClassName()
                          .equals(claim.getSpec().getStorageClassName()))
          .as(claim.getMetadata().getName())
          .hasSize(1);
    }
  }

  private List<HasMetadata> render(String folder) {
    return rendered.computeIfAbsent(folder, name -> Manifests.render(kubectl, name));
  }

  private static PodTemplateSpec template(List<HasMetadata> objects) {
    return Manifests.only(objects, Deployment.class).getSpec().getTemplate();
  }

  private static Container container(List<HasMetadata> objects) {
    List<Container> containers = template(objects).getSpec().getContainers();
    assertThat(containers).hasSize(1);
    return containers.getFirst();
  }

  @Test
  void onlyOpenShiftHasTheConsolesDashboards() {
    assertThat(render("overlays/openshift").stream().filter(OverlaysIT::isConsoleDashboard))
        .hasSize(4)
        .allSatisfy(
            map ->
                assertThat(map.getMetadata().getLabels())
                    .containsEntry("console.openshift.io/dashboard", "true"));
    assertThat(render("overlays/kubernetes")).noneMatch(OverlaysIT::isConsoleDashboard);
  }

  @Test
  void dashboardsForTheGrafanaOperatorFitEveryOverlay(@TempDir Path folder) throws IOException {
    Path component = Manifests.folder("components/grafana-operator").toRealPath();
    for (String overlay : List.of("overlays/kubernetes", "overlays/dev", "overlays/openshift")) {
      List<HasMetadata> objects =
          Manifests.parse(
              Manifests.renderChanged(
                  kubectl,
                  folder,
                  overlay,
                  "components: [%s]\n".formatted(folder.toRealPath().relativize(component))));
      assertThat(objects.stream().filter(one -> one.getKind().equals("GrafanaDashboard")))
          .hasSize(4);
    }
  }

  /** They are plain ConfigMaps: a cluster without a Grafana takes them too. */
  @Test
  void otherOverlaysHaveThemForAGrafana() {
    for (String overlay : List.of("overlays/kubernetes", "overlays/dev")) {
      assertThat(render(overlay).stream().filter(OverlaysIT::isForASidecar)).hasSize(4);
    }
  }

  private static boolean isForASidecar(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return object instanceof ConfigMap && labels != null && labels.containsKey("grafana_dashboard");
  }

  private static boolean isConsoleDashboard(HasMetadata object) {
    return object instanceof ConfigMap
        && "openshift-config-managed".equals(object.getMetadata().getNamespace());
  }

  private static Map<String, String> configuration(List<HasMetadata> objects) {
    List<HasMetadata> own =
        objects.stream().filter(one -> !isConsoleDashboard(one) && !isForASidecar(one)).toList();
    return Manifests.only(own, ConfigMap.class).getData();
  }

  private static List<String> images(List<HasMetadata> objects) {
    return List.of(
        container(objects).getImage(),
        configuration(objects).get("XFOLDS_TRAINER_IMAGE"),
        configuration(objects).get("XFOLDS_EVALUATOR_IMAGE"));
  }

  private static List<GenericKubernetesResource> monitors(List<HasMetadata> objects) {
    return Manifests.all(objects, GenericKubernetesResource.class).stream()
        .filter(object -> object.getApiVersion().startsWith("monitoring.coreos.com/"))
        .toList();
  }
}
