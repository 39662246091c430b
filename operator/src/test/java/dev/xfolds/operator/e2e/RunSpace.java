package dev.xfolds.operator.e2e;

import static org.awaitility.Awaitility.await;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A namespace of one test, restricted, with volumes of its own. Without {@code
 * XFOLDS_STORAGE_CLASS} the volumes are folders of the node, as manifests/samples/volumes/dev has
 * them.
 */
final class RunSpace implements AutoCloseable {
  static final Duration TO_COMPLETE = Duration.ofMinutes(5);
  static final Duration SOON = Duration.ofMinutes(2);

  private static final String CLASS = System.getenv("XFOLDS_STORAGE_CLASS");
  static final String RUNS = "xfolds-runs";
  static final String EVALUATIONS = "xfolds-evaluator";
  private static final Map<String, String> FOLDERS =
      Map.of(RUNS, "/var/lib/xfolds/runs", EVALUATIONS, "/var/lib/xfolds/evaluator");
  private static final Pattern STEP = Pattern.compile("\"step\": *(\\d+)");
  static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  final KubernetesClient client;
  final String namespace = "xfolds-e2e-" + UUID.randomUUID().toString().substring(0, 8);
  private final Map<String, String> folders;
  private final Set<String> claims = new TreeSet<>();

  RunSpace(KubernetesClient client) {
    this(client, FOLDERS);
  }

  /**
   * With other volumes than the usual ones.
   *
   * @param folders of the node, by the claim that gets them
   */
  RunSpace(KubernetesClient client, Map<String, String> folders) {
    this.client = client;
    this.folders = folders;
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .withLabels(Map.of("pod-security.kubernetes.io/enforce", "restricted"))
                .endMetadata()
                .build())
        .create();
    folders.forEach(this::makeVolume);
  }

  /** The run of small.yaml under a name of its own, not yet in the cluster. */
  static TrainingRun small(String name) {
    return small(name, Map.of());
  }

  /** The run of small.yaml with other lines; each must occur in it. */
  static TrainingRun small(String name, Map<String, String> replaced) {
    String text = text("small.yaml");
    for (Map.Entry<String, String> line : replaced.entrySet()) {
      if (!text.contains(line.getKey())) {
        throw new IllegalArgumentException("small.yaml has no " + line.getKey());
      }
      text = text.replace(line.getKey(), line.getValue());
    }
    TrainingRun run = Serialization.unmarshal(text, TrainingRun.class);
    run.getMetadata().setName(name);
    return run;
  }

  TrainingRun apply(TrainingRun run) {
    run.getMetadata().setNamespace(namespace);
    return client.resource(run).create();
  }

  TrainingRun run(String name) {
    return runs(name).get();
  }

  void patch(String name, String merge) {
    runs(name).patch(MERGE, merge);
  }

  void suspend(String name, boolean suspend) {
    patch(name, "{\"spec\":{\"scheduling\":{\"suspend\":" + suspend + "}}}");
  }

  void delete(String name) {
    runs(name).delete();
  }

  List<Pod> pods(String name, String component) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabels(Map.of(RunNames.RUN_LABEL, name, RunNames.COMPONENT_LABEL, component))
        .list()
        .getItems();
  }

  List<Job> jobs(String name) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel(RunNames.RUN_LABEL, name)
        .list()
        .getItems();
  }

  /** Every object that the operator made for any run here. */
  List<String> objects() {
    Map<String, String> ours = Map.of(RunNames.MANAGED_BY_LABEL, RunNames.MANAGER);
    return Stream.<Stream<? extends HasMetadata>>of(
            client.pods().inNamespace(namespace).withLabels(ours).list().getItems().stream(),
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabels(ours)
                .list()
                .getItems()
                .stream(),
            client.configMaps().inNamespace(namespace).withLabels(ours).list().getItems().stream(),
            client.secrets().inNamespace(namespace).withLabels(ours).list().getItems().stream(),
            client.services().inNamespace(namespace).withLabels(ours).list().getItems().stream(),
            client
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withLabels(ours)
                .list()
                .getItems()
                .stream())
        .flatMap(objects -> objects)
        .map(object -> object.getKind() + "/" + object.getMetadata().getName())
        .sorted()
        .toList();
  }

  /** Waits until a run is as wanted; a failure shows its status. */
  TrainingRun awaitRun(
      String name, String what, Duration atMost, Predicate<TrainingRunStatus> wanted) {
    try {
      await(what)
          .atMost(atMost)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> Optional.ofNullable(run(name).getStatus()).filter(wanted).isPresent());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%s: not within %s. %s"
              .formatted(what, atMost, Serialization.asYaml(run(name).getStatus())),
          e);
    }
    return run(name);
  }

  /** Waits for Complete, and gives up as soon as the run has failed. */
  TrainingRunStatus awaitComplete(String name) {
    TrainingRunStatus status =
        awaitRun(
                name,
                name + " is over",
                TO_COMPLETE,
                now -> is(now, "Complete") || is(now, "Failed"))
            .getStatus();
    if (!is(status, "Complete")) {
      throw new AssertionError(name + " failed: " + Serialization.asYaml(status));
    }
    return status;
  }

  TrainingRunStatus awaitFailed(String name) {
    return awaitRun(name, name + " has failed", SOON, now -> is(now, "Failed")).getStatus();
  }

  /**
   * Waits until a run is past a step. On the cluster of ../shared/cluster its volume tells; status,
   * which may be ten seconds behind, elsewhere.
   */
  void awaitStep(String name, long step) {
    Optional<LabCluster> lab = LabCluster.here();
    awaitRun(
        name,
        name + " is past step " + step,
        SOON,
        now -> (lab.isPresent() ? stepOnVolume(lab.get(), name) : stepInStatus(now)) > step);
  }

  private static long stepInStatus(TrainingRunStatus now) {
    return now.progress() == null || now.progress().step() == null ? -1 : now.progress().step();
  }

  /** Of the last line of its metrics, of which there is one every ten steps. */
  private long stepOnVolume(LabCluster lab, String name) {
    String file = folders.get(RUNS) + "/runs/%s/%s/metrics.jsonl".formatted(namespace, name);
    Matcher line = STEP.matcher(lab.inside("sh", "-c", "tail -n 1 " + file + " 2>&1 || true"));
    return line.find() ? Long.parseLong(line.group(1)) : -1;
  }

  /** Waits until a condition has a reason, and gives its message. */
  String awaitReason(String name, String type, String reason) {
    TrainingRun run =
        awaitRun(
            name,
            "%s of %s has the reason %s".formatted(type, name, reason),
            SOON,
            now -> condition(now, type).filter(one -> one.reason().equals(reason)).isPresent());
    return message(run.getStatus(), type);
  }

  void awaitNoPods(String name, String component) {
    await("no " + component + " of " + name)
        .atMost(SOON)
        .until(() -> pods(name, component).isEmpty());
  }

  static boolean is(TrainingRunStatus status, String condition) {
    return condition(status, condition).filter(one -> one.status().equals("True")).isPresent();
  }

  static Optional<Condition> condition(TrainingRunStatus status, String type) {
    return status.conditions().stream().filter(one -> one.type().equals(type)).findFirst();
  }

  static String message(TrainingRunStatus status, String type) {
    return condition(status, type).map(Condition::message).orElse("");
  }

  static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }

  /** Digest of the weights that were evaluated. */
  static String weights(TrainingRunStatus status) {
    return status.evaluations().getFirst().checkpointDigest();
  }

  static List<String> reasons(TrainingRunStatus status) {
    return status.attempts().stream().map(AttemptStatus::reason).toList();
  }

  /** Nobody waits for what is left of it: the next test has another. */
  @Override
  public void close() {
    client.namespaces().withName(namespace).delete();
    claims.forEach(claim -> client.persistentVolumes().withName(volume(claim)).delete());
  }

  private Resource<TrainingRun> runs(String name) {
    return client.resources(TrainingRun.class).inNamespace(namespace).withName(name);
  }

  /** Makes a claim, and its volume unless a storage class does. */
  void makeVolume(String claim, String folder) {
    claims.add(claim);
    Map<String, String> mark = Map.of("xfolds.dev/volume", volume(claim));
    Map<String, Quantity> size = Map.of("storage", new Quantity("5Gi"));
    if (CLASS == null) {
      client
          .resource(
              new PersistentVolumeBuilder()
                  .withNewMetadata()
                  .withName(volume(claim))
                  .withLabels(mark)
                  .endMetadata()
                  .withNewSpec()
                  .withStorageClassName("xfolds-e2e")
                  .withCapacity(size)
                  .withAccessModes("ReadWriteMany")
                  .withPersistentVolumeReclaimPolicy("Retain")
                  .withNewLocal()
                  .withPath(folder)
                  .endLocal()
                  .withNewNodeAffinity()
                  .withNewRequired()
                  .addNewNodeSelectorTerm()
                  .addNewMatchExpression()
                  .withKey("kubernetes.io/os")
                  .withOperator("In")
                  .withValues("linux")
                  .endMatchExpression()
                  .endNodeSelectorTerm()
                  .endRequired()
                  .endNodeAffinity()
                  .endSpec()
                  .build())
          .create();
    }
    client
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(claim)
                .endMetadata()
                .withNewSpec()
                .withStorageClassName(CLASS == null ? "xfolds-e2e" : CLASS)
                .withSelector(
                    CLASS == null ? new LabelSelectorBuilder().withMatchLabels(mark).build() : null)
                .withAccessModes("ReadWriteMany")
                .withNewResources()
                .withRequests(size)
                .endResources()
                .endSpec()
                .build())
        .create();
  }

  private String volume(String claim) {
    return namespace + "-" + claim;
  }

  private static String text(String resource) {
    try (InputStream in = RunSpace.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
