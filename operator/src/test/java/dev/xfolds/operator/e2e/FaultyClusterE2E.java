package dev.xfolds.operator.e2e;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.TrainingRunStatus;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Faults of the cluster itself while a run trains: its API server, its history, its clocks, its
 * volumes and nodes, and an operator too many. The run's weights are those of the run that nobody
 * disturbed.
 */
@Isolated("takes the API server and nodes away")
final class FaultyClusterE2E extends InASpace {
  private static final Duration OUTAGE = Duration.ofMinutes(2);

  @BeforeEach
  void trainUndisturbed() {
    Undisturbed.weights(client); // before anything is disturbed
  }

  @Test
  void apiServerThatIsAwayForTwoMinutesHoldsNoTrainerUp() {
    LabCluster lab = LabCluster.orSkip();
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    int restarts = restartsOfOperators();
    Instant back = Instant.now().plus(OUTAGE);
    lab.freezeApiServer();
    try {
      await()
          .atMost(OUTAGE.plusSeconds(10))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> Instant.now().isAfter(back));
    } finally {
      lab.thawApiServer(client);
    }
    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(RunSpace.reasons(status)).containsExactly("Done");
    assertThat(Instant.parse(status.attempts().getFirst().endedAt()))
        .as("training went on meanwhile")
        .isBefore(back);
    assertThat(status.restartCount()).isZero();
    assertThat(space.jobs("small")).hasSize(1);
    assertThat(restartsOfOperators() - restarts)
        .as("the one that led has lost its lease and ended; none failed to start meanwhile")
        .isLessThanOrEqualTo(1);
  }

  /** The operator sleeps so that what happens meanwhile is in no history when it wakes. */
  @Test
  void operatorWhoseWatchCannotGoOnLooksAnew(@TempDir Path work) throws Exception {
    LabCluster lab = LabCluster.orSkip();
    OperatorInside operators = OperatorInside.orSkip(client, work);
    int replicas = RealCluster.replicas(client);
    RealCluster.scaleOperator(client, 0);
    try (OperatorInside.Headstrong operator = operators.start(Duration.ZERO)) {
      await().atMost(RunSpace.SOON).until(() -> RealCluster.operators(client).isEmpty());
      space.apply(RunSpace.small("small"));
      space.awaitStep("small", EARLY);
      String seen =
          client.pods().inNamespace(space.namespace).list().getMetadata().getResourceVersion();
      operator.freeze();
      space.suspend("small", true);
      lab.compactHistory();
      lab.restartApiServer(client);
      assertThat(answerToAWatchFrom(seen).isHttpGone()).isTrue();
      operator.thaw();
      space.awaitRun("small", "suspended", RunSpace.SOON, now -> RunSpace.is(now, "Suspended"));
      space.suspend("small", false);
      TrainingRunStatus status = completeAsUndisturbed("small");
      assertThat(RunSpace.reasons(status)).containsExactly("Stopped", "Done");
      assertThat(status.restartCount()).isZero();
      assertThat(space.jobs("small")).hasSize(1);
      assertThat(operator.lives()).as(operators.log()).isTrue();
    } finally {
      RealCluster.scaleOperator(client, replicas);
    }
  }

  /** One of them has a clock that is five minutes ahead: it takes deleted pods for lost at once. */
  @Test
  void twoOperatorsThatBothLeadMakeNothingTwice(@TempDir Path work) throws IOException {
    OperatorInside operators = OperatorInside.orSkip(client, work);
    try (OperatorInside.Headstrong second = operators.start(Duration.ofMinutes(5))) {
      space.apply(RunSpace.small("small"));
      space.awaitStep("small", EARLY);
      NodeProcesses.kill(space.pods("small", TRAINER).getFirst());
      space.awaitRun("small", "a second attempt", RunSpace.SOON, now -> now.attempts().size() == 2);
      space.suspend("small", true);
      space.awaitRun("small", "suspended", RunSpace.SOON, now -> RunSpace.is(now, "Suspended"));
      space.suspend("small", false);
      TrainingRunStatus status = completeAsUndisturbed("small");
      assertThat(RunSpace.reasons(status)).startsWith("Killed").endsWith("Done").hasSize(3);
      assertThat(status.attempts()).extracting(AttemptStatus::number).containsExactly(1, 2, 3);
      assertThat(status.restartCount()).isOne();
      assertThat(space.jobs("small"))
          .extracting(RunSpace::name)
          .containsExactlyInAnyOrder("small-trainer-1", "small-trainer-2");
      assertThat(second.lives()).as(operators.log()).isTrue();
      assertThat(operators.log()).contains("reconciles small");
    }
  }

  @Test
  void fullVolumeStopsNothingForGood() {
    LabCluster lab = LabCluster.orSkip();
    String folder = "/var/lib/xfolds/full";
    lab.inside("mkdir", "-p", folder);
    lab.inside("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder);
    space.close();
    space =
        new RunSpace(
            client,
            Map.of(RunSpace.RUNS, folder, RunSpace.EVALUATIONS, "/var/lib/xfolds/evaluator"));
    try {
      space.apply(RunSpace.small("small"));
      space.awaitStep("small", EARLY);
      await("it has a checkpoint")
          .atMost(RunSpace.SOON)
          .until(() -> lab.inside("find", folder, "-name", "latest").contains("/small/"));
      lab.inside("sh", "-c", "dd if=/dev/zero of=" + folder + "/ballast bs=64k 2>&1 || true");
      TrainingRunStatus full =
          space
              .awaitRun(
                  "small",
                  "an attempt failed for it",
                  RunSpace.SOON,
                  now -> now.attempts().getFirst().endedAt() != null)
              .getStatus();
      AttemptStatus first = full.attempts().getFirst();
      assertThat(first.exitCode()).isEqualTo(10);
      assertThat(first.reason()).isEqualTo("Retry");
      assertThat(first.message()).contains("No space left on device");
      assertThat(space.awaitReason("small", "Progressing", "BackingOff"))
          .contains("restart", "No space left on device");
      assertThat(RunSpace.is(full, "Checkpointed")).isTrue();
      lab.inside("rm", folder + "/ballast");
      TrainingRunStatus status = completeAsUndisturbed("small");
      assertThat(RunSpace.reasons(status)).startsWith("Retry").endsWith("Done");
      assertThat(status.restartCount()).isEqualTo(status.attempts().size() - 1);
    } finally {
      space.close();
      lab.inside("umount", "--lazy", folder);
      lab.inside("rmdir", folder);
    }
  }

  /**
   * A node that nobody answers for: this test says once, as its kubelet would, that it is ready and
   * that the pod runs, and never again.
   */
  @Test
  void nodeThatIsLostForGoodHoldsNoRunForEver() {
    String lost = "lost-" + space.namespace;
    Map<String, String> label = Map.of("xfolds.dev/e2e", space.namespace);
    addNode(lost, label);
    String other = null;
    try {
      space.apply(
          RunSpace.small(
              "small",
              Map.of(
                  "graceSeconds: 20",
                  "graceSeconds: 1",
                  "memory: 3Gi",
                  "memory: 1800Mi",
                  "spec:\n",
                  """
                  spec:
                    pods:
                      nodeSelector: {xfolds.dev/e2e: %s}
                      tolerations: [{key: xfolds.dev/e2e, operator: Exists}]
                  """
                      .formatted(space.namespace))));
      await("the trainer is there")
          .atMost(RunSpace.SOON)
          .until(
              () ->
                  space.pods("small", TRAINER).stream()
                      .anyMatch(pod -> lost.equals(pod.getSpec().getNodeName())));
      Pod trainer = space.pods("small", TRAINER).getFirst();
      other = space.pods("small", EVALUATOR).getFirst().getSpec().getNodeName();
      client.resource(running(trainer)).patchStatus();
      client.nodes().withName(other).edit(node -> labelled(node, label));
      client.pods().inNamespace(space.namespace).withName(RunSpace.name(trainer)).delete();
      space.awaitRun("small", "another attempt", RunSpace.SOON, now -> now.attempts().size() == 2);
      TrainingRunStatus status = completeAsUndisturbed("small");
      assertThat(RunSpace.reasons(status)).containsExactly("Disrupted", "Done");
      assertThat(status.attempts()).extracting(AttemptStatus::node).containsExactly(lost, other);
      assertThat(status.attempts().getFirst().message())
          .isEqualTo(
              "node %s has not said how the pod ended; bring it back or delete its Node"
                  .formatted(lost));
      assertThat(status.restartCount()).isZero();
    } finally {
      client.nodes().withName(lost).delete();
      if (other != null) {
        client.nodes().withName(other).edit(node -> labelled(node, Map.of()));
      }
    }
  }

  private int restartsOfOperators() {
    return RealCluster.operators(client).stream()
        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
        .mapToInt(ContainerStatus::getRestartCount)
        .sum();
  }

  /** How the API server ends a watch of pods that begins at a resource version. */
  private WatcherException answerToAWatchFrom(String version) throws Exception {
    CompletableFuture<WatcherException> end = new CompletableFuture<>();
    try (var _ =
        client
            .pods()
            .inNamespace(space.namespace)
            .watch(
                new ListOptionsBuilder().withResourceVersion(version).build(),
                new Watcher<Pod>() {
                  @Override
                  public void eventReceived(Action action, Pod pod) {}

                  @Override
                  public void onClose(WatcherException cause) {
                    end.complete(cause);
                  }
                })) {
      return end.get(30, TimeUnit.SECONDS);
    }
  }

  /** Its memory is that of a trainer and not of an evaluator, which may go to any node. */
  private void addNode(String name, Map<String, String> label) {
    Map<String, Quantity> much =
        Map.of(
            "cpu", new Quantity("8"), "memory", new Quantity("1900Mi"), "pods", new Quantity("9"));
    Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(label)
            .addToLabels("kubernetes.io/os", "linux")
            .endMetadata()
            .withNewSpec()
            .addNewTaint("NoSchedule", "xfolds.dev/e2e", null, "lost") // keeps other pods off
            .endSpec()
            .withNewStatus()
            .withCapacity(much)
            .withAllocatable(much)
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .withReason("KubeletReady")
            .withLastHeartbeatTime(Instant.now().toString())
            .withLastTransitionTime(Instant.now().toString())
            .endCondition()
            .endStatus()
            .build();
    client.resource(node).create();
    client.resource(node).patchStatus();
  }

  private static Pod running(Pod pod) {
    return new PodBuilder(pod)
        .editOrNewStatus()
        .withPhase("Running")
        .withContainerStatuses()
        .addNewContainerStatus()
        .withName(TRAINER)
        .withImage(pod.getSpec().getContainers().getFirst().getImage())
        .withImageID("")
        .withReady(true)
        .withStarted(true)
        .withRestartCount(0)
        .withNewState()
        .withNewRunning(Instant.now().toString())
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }

  private static Node labelled(Node node, Map<String, String> label) {
    return new NodeBuilder(node)
        .editMetadata()
        .removeFromLabels("xfolds.dev/e2e")
        .addToLabels(label)
        .endMetadata()
        .build();
  }
}
