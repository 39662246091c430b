package dev.xfolds.operator.e2e;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xfolds.operator.api.TrainingRunStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A run trains while its operator dies or moves, or its node is drained: what the whole cluster
 * notices. Its weights are those of the run that nobody disturbed.
 */
@Isolated("ends the operator and cordons nodes")
final class LostOperatorE2E extends InASpace {

  /** Below the grace period of the operator's pod, which is 30 s. */
  private static final Duration HANDED_OVER = Duration.ofSeconds(25);

  @BeforeEach
  void trainUndisturbed() {
    Undisturbed.weights(client); // before anything is disturbed
  }

  @Test
  void killedOperatorIsFollowedByOneThatGoesOn() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    RealCluster.operators(client).forEach(NodeProcesses::kill);
    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(RunSpace.reasons(status)).containsExactly("Done");
    assertThat(space.jobs("small")).hasSize(1);
  }

  @Test
  void killedLeaderIsFollowedByAnotherWhenItsLeaseIsOver() {
    int before = RealCluster.replicas(client);
    RealCluster.scaleOperator(client, 2);
    try {
      await("two are ready")
          .atMost(RunSpace.SOON)
          .until(
              () ->
                  RealCluster.operators(client).stream()
                          .filter(pod -> client.resource(pod).isReady())
                          .count()
                      == 2);
      space.apply(RunSpace.small("small"));
      space.awaitStep("small", EARLY);
      String leader = RealCluster.leader(client);
      Pod leads =
          RealCluster.operators(client).stream()
              .filter(pod -> RunSpace.name(pod).equals(leader))
              .findFirst()
              .orElseThrow();
      NodeProcesses.kill(leads);
      // Started again in the same pod it would find its own name on the lease.
      client.resource(leads).withGracePeriod(0).delete();
      await("the one that waits for its turn, or the pod that comes in the dead one's place, leads")
          .atMost(RunSpace.SOON)
          .until(() -> !List.of(leader, "").contains(RealCluster.leader(client)));
      assertThat(RunSpace.reasons(completeAsUndisturbed("small"))).containsExactly("Done");
      assertThat(space.jobs("small")).hasSize(1);
    } finally {
      RealCluster.scaleOperator(client, before);
    }
  }

  /** The images that the next version names exist nowhere: a pod made of them would never start. */
  @Test
  void upgradedOperatorTakesOverAtOnceAndLeavesTheRunItsPods() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    List<String> pods = uidsOfPods();
    Map<String, String> before = RealCluster.settings(client);
    Map<String, String> next = new TreeMap<>(before);
    next.put("XFOLDS_TRAINER_IMAGE", "xfolds.test/trainer:next");
    next.put("XFOLDS_EVALUATOR_IMAGE", "xfolds.test/evaluator:next");
    next.put("XFOLDS_EVALUATOR_MEMORY", "3Gi");
    RealCluster.configure(client, next);
    try {
      handOver();
      TrainingRunStatus status = completeAsUndisturbed("small");
      assertThat(RunSpace.reasons(status)).containsExactly("Done");
      assertThat(pods).containsAll(uidsOfPods());
    } finally {
      RealCluster.configure(client, before);
      RealCluster.restartOperator(client);
    }
  }

  private List<String> uidsOfPods() {
    return Stream.of(TRAINER, EVALUATOR)
        .flatMap(component -> space.pods("small", component).stream())
        .map(pod -> pod.getMetadata().getUid())
        .toList();
  }

  private void handOver() {
    String leader = RealCluster.leader(client);
    Instant asked = Instant.now();
    client.pods().inNamespace(RealCluster.SYSTEM).withName(leader).delete();
    await("another one leads")
        .atMost(HANDED_OVER)
        .until(() -> !List.of(leader, "").contains(RealCluster.leader(client)));
    await("it has ended")
        .atMost(HANDED_OVER)
        .until(
            () ->
                RealCluster.operators(client).stream()
                    .noneMatch(pod -> RunSpace.name(pod).equals(leader)));
    assertThat(Instant.now()).as("not at the end of its grace").isBefore(asked.plus(HANDED_OVER));
  }

  @Test
  void drainedNodeStopsTheRunWithACheckpointAndNoRestartIsCounted() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    List<Pod> pods =
        Stream.of(TRAINER, EVALUATOR)
            .flatMap(component -> space.pods("small", component).stream())
            .toList();
    assertThat(pods).hasSize(2);
    String node = pods.getFirst().getSpec().getNodeName();
    cordon(node, true);
    try {
      for (Pod pod : pods) {
        assertThat(client.pods().inNamespace(space.namespace).withName(RunSpace.name(pod)).evict())
            .isTrue();
      }
      space.awaitRun(
          "small",
          "the next attempt waits for a node and says so",
          RunSpace.SOON,
          status ->
              status.attempts().getFirst().endedAt() != null
                  && RunSpace.message(status, "PodsReady").contains("unschedulable"));
    } finally {
      cordon(node, false);
    }
    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(RunSpace.reasons(status)).containsExactly("Disrupted", "Done");
    assertThat(status.attempts().getFirst().exitCode()).isEqualTo(12);
    assertThat(status.restartCount()).isZero();
    assertThat(status.evaluations().getFirst().n()).isEqualTo(200);
  }

  private void cordon(String node, boolean unschedulable) {
    client
        .nodes()
        .withName(node)
        .edit(
            one -> {
              Node changed = one;
              changed.getSpec().setUnschedulable(unschedulable);
              return changed;
            });
  }
}
