package dev.xfolds.operator.e2e;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A queue admits, preempts and takes back a run that trains: Kueue where it is installed (.ci/kueue
 * does that); elsewhere this test plays its part, by the definitions that .ci/check-e2e makes
 * before it starts the operator again, which looks for Kueue when it starts.
 */
@Execution(ExecutionMode.CONCURRENT)
final class QueuedRunE2E {
  private static final String DEFINITION = "workloads.kueue.x-k8s.io";
  private static final String OURS = "xfolds.dev/played";

  private static KubernetesClient client;

  /** Whether the cluster has a Kueue of its own. */
  private static boolean kueue;

  @BeforeAll
  static void lookForWorkloads() {
    client = RealCluster.orSkip();
    CustomResourceDefinition there =
        client.apiextensions().v1().customResourceDefinitions().withName(DEFINITION).get();
    if (there == null) {
      RealCluster.skip("no %s in the cluster of KUBECONFIG".formatted(DEFINITION));
    }
    Map<String, String> labels = there.getMetadata().getLabels();
    kueue = labels == null || !labels.containsKey(OURS);
  }

  @AfterAll
  static void close() {
    if (client != null) {
      client.close();
    }
  }

  private static TrainingRun queued(String name) {
    return RunSpace.small(
        name,
        Map.of(
            "\nspec:\n",
            "\nspec:\n  scheduling: {queue: " + TestQueue.QUEUE + "}\n",
            "steps: 140", // it is taken back twice
            "steps: 240"));
  }

  @Test
  void runIsAdmittedPreemptedTakenBackAndEndsAsOneThatNobodyDisturbed() {
    try (RunSpace space = new RunSpace(client);
        TestQueue queue = queue(space.namespace)) {
      space.apply(queued("first"));
      awaitQueued(space, "first", queue.waiting());
      space.apply(queued("second"));
      awaitQueued(space, "second", queue.waiting());
      assertThat(space.pods("first", TRAINER)).isEmpty();
      assertThat(space.pods("first", EVALUATOR)).as("not before its turn").isEmpty();

      queue.open();
      space.awaitStep("first", InASpace.EARLY);
      TrainingRunStatus running = space.run("first").getStatus();
      assertThat(RunSpace.is(running, "QuotaReserved")).isTrue();
      assertThat(space.pods("first", TRAINER).getFirst().getSpec().getNodeSelector())
          .containsEntry("kubernetes.io/os", "linux");
      assertThat(RunSpace.is(space.run("second").getStatus(), "QuotaReserved")).isFalse();
      String job = RunSpace.name(space.jobs("first").getFirst());

      queue.preempt();
      TrainingRunStatus preempted = awaitReasons(space, List.of("Preempted"));
      assertThat(preempted.attempts().getFirst().exitCode()).as("a checkpoint").isEqualTo(12);
      awaitQueued(space, "first", queue.taken());
      TrainingRunStatus waiting = space.run("first").getStatus();
      assertThat(RunSpace.is(waiting, "Checkpointed")).isTrue();
      long reached = waiting.progress().step();

      queue.open();
      space.awaitStep("first", reached + 5);
      assertThat(attempt(space.pods("first", TRAINER).getFirst())).isEqualTo("2");

      space.suspend("first", true);
      space.awaitRun("first", "suspended", RunSpace.SOON, now -> RunSpace.is(now, "Suspended"));
      assertThat((Boolean) queue.workload(job).get("spec", "active")).isFalse();
      space.awaitStep("second", 0);
      suspendAsAStranger(space.jobs("second").getFirst());
      await("the queue undoes it")
          .atMost(RunSpace.SOON)
          .until(() -> !space.jobs("second").getFirst().getSpec().getSuspend());
      TrainingRunStatus undisturbed = space.awaitComplete("second");

      space.suspend("first", false);
      TrainingRunStatus complete = space.awaitComplete("first");
      assertThat(RunSpace.reasons(complete)).containsExactly("Preempted", "Stopped", "Done");
      assertThat(complete.restartCount()).isZero();
      assertThat(space.jobs("first")).extracting(RunSpace::name).containsExactly(job);
      assertThat(RunSpace.weights(complete)).isEqualTo(RunSpace.weights(undisturbed));
      if (queue instanceof PlayedQueue played) {
        assertThat(played.undone()).as("the stranger's; the operator suspends no Job").isOne();
      }
    }
  }

  private static TestQueue queue(String namespace) {
    return kueue ? new RealQueue(client, namespace) : new PlayedQueue(client, namespace);
  }

  private static void suspendAsAStranger(Job job) {
    client
        .resource(job)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":true}}");
  }

  private static String attempt(Pod pod) {
    return pod.getMetadata().getAnnotations().get(RunNames.ATTEMPT_ANNOTATION);
  }

  private static void awaitQueued(RunSpace space, String run, String why) {
    space.awaitRun(
        run,
        run + " says why it waits",
        RunSpace.SOON,
        now ->
            RunSpace.message(now, "QuotaReserved").startsWith(why)
                && RunSpace.message(now, "Progressing").contains(why));
    assertThat(space.jobs(run))
        .extracting((Job job) -> job.getSpec().getSuspend())
        .containsExactly(true);
  }

  private static TrainingRunStatus awaitReasons(RunSpace space, List<String> reasons) {
    return space
        .awaitRun(
            "first",
            "attempts of first ended as " + reasons,
            Duration.ofMinutes(1),
            now -> RunSpace.reasons(now).equals(reasons))
        .getStatus();
  }
}
