package dev.xfolds.operator.e2e;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What keeps a run from training: its conditions say what it is and what to do, nothing counts as
 * an attempt that failed, and the run begins when it is mended. All runs wait side by side.
 */
final class HinderedRunE2E {
  private static final String EVALUATION = "  evaluation:\n    - task: phantom-retrieval@1\n";
  private static final String RESOURCES = "resources: {cpu: 500m, memory: 3Gi}";
  private static final String ELSEWHERE = "elsewhere";
  private static final String LONGEST = "a-run-whose-name-has-forty-characters-00";

  private static KubernetesClient client;

  /** With the usual volumes. */
  private static RunSpace space;

  /** With room for one evaluator, and with no volume that it could use. */
  private static RunSpace poor;

  @BeforeAll
  static void applyAll() {
    client = RealCluster.orSkip();
    space = new RunSpace(client);
    poor = new RunSpace(client, Map.of(ELSEWHERE, "/var/lib/xfolds/runs"));
    client.resource(quota("3Gi")).create();
    poor.apply(RunSpace.small("first"));
    space.apply(
        untested(
            "claimless", Map.of("graceSeconds: 20", "graceSeconds: 20, volume: " + ELSEWHERE)));
    space.apply(pods("pictureless", "image: registry.invalid/xfolds/trainer:1"));
    space.apply(pods("nodeless", "nodeSelector: {xfolds.dev/e2e: nowhere}"));
    space.apply(
        untested("gpu", Map.of(RESOURCES, "resources: {profile: a100, cpu: 100m, memory: 100Mi}")));
    space.apply(RunSpace.small(LONGEST));
  }

  @AfterAll
  static void close() {
    for (RunSpace one : new RunSpace[] {space, poor}) {
      if (one != null) {
        one.close();
      }
    }
    if (client != null) {
      client.close();
    }
  }

  @Test
  void missingClaimIsNamedAndTheRunBeginsWhenItIsThere() {
    String message = space.awaitReason("claimless", "PodsReady", "ClaimMissing");
    assertThat(message)
        .as("one of this name in another namespace does not serve")
        .contains("trainer:", "\"elsewhere\" not found", "make the claim in the run's namespace");
    space.makeVolume(ELSEWHERE, "/var/lib/xfolds/runs");
    awaitNode(space, "claimless", TRAINER);
    assertThatNothingFailed(space, "claimless");
  }

  @Test
  void missingClaimOfTheEvaluatorIsNamed() {
    assertThat(poor.awaitReason("first", "PodsReady", "ClaimMissing"))
        .contains("evaluator:", "\"xfolds-evaluator\" not found");
  }

  @Test
  void quotaThatIsSpentIsNamedAndTheRunBeginsWhenThereIsRoom() {
    poor.awaitReason("first", "PodsReady", "ClaimMissing"); // it has the room of one evaluator
    poor.apply(RunSpace.small("second"));
    poor.apply(untested("untested", Map.of("graceSeconds: 20", "volume: " + ELSEWHERE)));
    assertThat(poor.awaitReason("second", "PodsReady", "QuotaExceeded"))
        .contains(
            "pods \"second-evaluator\" is forbidden",
            "exceeded quota: small",
            "requested: limits.memory=2Gi, used: limits.memory=2Gi, limited: limits.memory=3Gi",
            "to do: free some of the quota");
    assertThat(poor.awaitReason("untested", "PodsReady", "QuotaExceeded"))
        .contains("trainer:", "requested: limits.memory=3Gi", "to do: free some of the quota");
    client.resource(quota("20Gi")).update();
    awaitNode(poor, "untested", TRAINER);
    assertThatNothingFailed(poor, "untested"); // soon it will be done
    poor.awaitReason("second", "PodsReady", "ClaimMissing");
    assertThatNothingFailed(poor, "second");
  }

  @Test
  void imageThatNobodyGivesIsNamed() {
    assertThat(space.awaitReason("pictureless", "PodsReady", "ImagePullFailed"))
        .contains("registry.invalid/xfolds/trainer:1", "check spec.pods.image");
    assertThatNothingFailed(space, "pictureless");
  }

  @Test
  void gpuThatNoNodeHasIsNamedAndTheRunBeginsOnANodeThatHasOne() {
    boolean some =
        client.nodes().list().getItems().stream()
            .anyMatch(node -> node.getStatus().getAllocatable().containsKey("nvidia.com/gpu"));
    if (some) {
      RealCluster.skip("a node of this cluster has nvidia.com/gpu");
    }
    assertThat(space.awaitReason("gpu", "PodsReady", "InsufficientResources"))
        .contains("Insufficient nvidia.com/gpu", "ask for less in spec.resources");
    assertThatNothingFailed(space, "gpu");
    if (LabCluster.here().isPresent()) {
      setGpus("\"1\"");
      try {
        awaitNode(space, "gpu", TRAINER);
      } finally {
        space.delete("gpu");
        setGpus("null");
      }
    }
  }

  @Test
  void nodeThatNobodyHasIsTold() {
    assertThat(space.awaitReason("nodeless", "PodsReady", "Unschedulable"))
        .contains("didn't match Pod's node affinity/selector", "compare spec.pods.nodeSelector");
  }

  @ParameterizedTest
  @CsvSource({
    "a-run-whose-name-has-forty-one-characters, be at most 40 lower-case letters",
    "a.run, be at most 40 lower-case letters",
    "1st-run, begin with a letter"
  })
  void nameThatTheRunsObjectsCannotHaveIsRefused(String name, String expected) {
    space.apply(RunSpace.small(name));
    TrainingRunStatus status = space.awaitFailed(name);
    assertThat(RunSpace.condition(status, "Accepted").orElseThrow().reason()).isEqualTo("Invalid");
    assertThat(RunSpace.message(status, "Accepted"))
        .contains("metadata.name must " + expected, "\"" + name + "\"");
  }

  @Test
  void longestNameSuitsEveryObject() {
    space.awaitStep(LONGEST, 0);
    assertThat(space.objects())
        .contains(
            "Job/" + LONGEST + "-trainer-1",
            "NetworkPolicy/" + LONGEST + "-evaluator",
            "Secret/" + LONGEST + "-evaluator-tls",
            "Service/" + LONGEST + "-evaluator");
    space.delete(LONGEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model         | {\"clip\": {\"preset\": \"tiny-vit\"}}",
        "data          | [{\"name\": \"captions\", \"format\": \"phantom-captions\", \"phantom\": {\"images\": 601}}]",
        "training      | {\"steps\": 241}",
        "validation    | null",
        "initFrom      | {\"run\": \"other\", \"parts\": [\"image\"]}",
        "resources     | {\"memory\": \"4Gi\"}",
        "pods          | {\"image\": \"other\"}",
        "evaluation    | [{\"task\": \"phantom-retrieval@1\"}]",
        "checkpoint    | {\"volume\": \"other\"}",
        "failurePolicy | {\"maxRestarts\": 9}",
        "parallelism   | {\"workers\": 2}"
      })
  void fieldThatCannotChangeIsRefusedByName(String field, String value) {
    assertThatThrownBy(
            () -> space.patch("nodeless", "{\"spec\": {\"%s\": %s}}".formatted(field, value)))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
        .hasMessageContaining(field + " cannot change; make a new TrainingRun");
  }

  @Test
  void otherNamespacesCannotBeNamedAndDoNotServe() {
    TrainingRun source = untested("beyond", Map.of());
    space.apply(source);
    assertThatThrownBy(() -> poor.apply(startingFrom("dependent", space.namespace + "/beyond")))
        .hasMessageContaining("spec.initFrom.run");
    assertThatThrownBy(
            () ->
                poor.apply(
                    untested(
                        "abroad",
                        Map.of("graceSeconds: 20", "volume: " + space.namespace + "/runs"))))
        .hasMessageContaining("spec.checkpoint.volume");
    poor.apply(startingFrom("dependent", "beyond"));
    assertThat(poor.awaitReason("dependent", "Accepted", "WaitingForRun"))
        .isEqualTo("spec.initFrom.run: waits until there is a run beyond in this namespace");
    space.delete("beyond");
  }

  @Test
  void runWhoseSourceIsDeletedSaysSo() {
    poor.apply(untested("source", Map.of("graceSeconds: 20", "volume: nowhere")));
    poor.apply(startingFrom("left-behind", "source"));
    poor.awaitReason("left-behind", "Progressing", "WaitingForRun");
    poor.delete("source");
    assertThat(poor.awaitReason("left-behind", "Accepted", "WaitingForRun"))
        .isEqualTo("spec.initFrom.run: waits until there is a run source in this namespace");
  }

  @Test
  void whoMayNotRunIsToldByTheApiServer() {
    bind("reader", "view");
    bind("writer", "edit");
    try (KubernetesClient reader = as("reader");
        KubernetesClient writer = as("writer");
        KubernetesClient stranger = as("stranger")) {
      await()
          .atMost(RunSpace.SOON)
          .untilAsserted(() -> assertThat(runs(reader).withName("nodeless").get()).isNotNull());
      assertForbidden("create", () -> runs(reader).resource(untested("mine", Map.of())).create());
      assertForbidden("get", () -> runs(stranger).withName("nodeless").get());
      TrainingRun waiting = runs(writer).withName("nodeless").get();
      assertForbidden("patch", () -> runs(writer).resource(waiting).patchStatus());
      runs(writer).resource(untested("mine", Map.of("steps: 140", "steps: 1"))).create();
      runs(writer).withName("mine").delete();
    }
  }

  private static void assertForbidden(String verb, Runnable request) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403))
        .hasMessageContaining("cannot %s resource \"trainingruns".formatted(verb));
  }

  private static NonNamespaceOperation<
          TrainingRun, KubernetesResourceList<TrainingRun>, Resource<TrainingRun>>
      runs(KubernetesClient who) {
    return who.resources(TrainingRun.class).inNamespace(space.namespace);
  }

  private static KubernetesClient as(String user) {
    Config config = RealCluster.config();
    config.setImpersonateUsername(user);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static void bind(String user, String role) {
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(space.namespace)
                .withName(user)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                .build())
        .create();
  }

  private static TrainingRun startingFrom(String name, String run) {
    return untested(
        name, Map.of("spec:\n", "spec:\n  initFrom: {run: " + run + ", parts: [image]}\n"));
  }

  private static TrainingRun pods(String name, String pods) {
    return untested(name, Map.of("spec:\n", "spec:\n  pods: {" + pods + "}\n"));
  }

  /**
   * The small run without evaluations: its trainer waits for nobody, and leaves room for others.
   */
  private static TrainingRun untested(String name, Map<String, String> replaced) {
    Map<String, String> lines = new HashMap<>(replaced);
    lines.put(EVALUATION, "");
    lines.putIfAbsent(RESOURCES, "resources: {cpu: 100m, memory: 3Gi}");
    return RunSpace.small(name, lines);
  }

  private static ResourceQuota quota(String memory) {
    return new ResourceQuotaBuilder()
        .withNewMetadata()
        .withNamespace(poor.namespace)
        .withName("small")
        .endMetadata()
        .withNewSpec()
        .withHard(Map.of("limits.memory", new Quantity(memory)))
        .endSpec()
        .build();
  }

  /** Needs no device plugin: the node says that it has them. */
  private static void setGpus(String number) {
    String node = client.nodes().list().getItems().getFirst().getMetadata().getName();
    client
        .nodes()
        .withName(node)
        .subresource("status")
        .patch(
            RunSpace.MERGE,
            """
            {"status": {"capacity": {"nvidia.com/gpu": %s}, "allocatable": {"nvidia.com/gpu": %s}}}"""
                .formatted(number, number));
  }

  private static void awaitNode(RunSpace where, String name, String component) {
    await(component + " of " + name + " has a node")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                where.pods(name, component).stream()
                    .anyMatch(pod -> pod.getSpec().getNodeName() != null));
  }

  private static void assertThatNothingFailed(RunSpace where, String name) {
    TrainingRunStatus status = where.run(name).getStatus();
    assertThat(status.restartCount()).isZero();
    assertThat(RunSpace.is(status, "Failed")).isFalse();
    assertThat(RunSpace.reasons(status)).isSubsetOf((String) null);
    assertThat(where.pods(name, EVALUATOR)).hasSizeLessThan(2);
    assertThat(List.of("Waiting", "Pending", "Running")).contains(status.state());
  }
}
