package dev.xfolds.operator.e2e;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.PodFacts;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.plan.Compute;
import dev.xfolds.operator.plan.Options;
import dev.xfolds.operator.plan.PlannedRun;
import dev.xfolds.operator.plan.Planner;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * One disturbance each, of a run that trains on a real cluster. Whatever happens to it, its weights
 * are those of the run that nobody disturbed, and its account of attempts is true.
 */
@Execution(ExecutionMode.CONCURRENT)
final class DisturbedRunE2E extends InASpace {

  @Test
  void suspendedRunFreesItsPodsAndGoesOnInTheSameJob() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    space.suspend("small", true);
    space.awaitRun("small", "suspended", RunSpace.SOON, status -> RunSpace.is(status, "Suspended"));
    space.awaitNoPods("small", TRAINER);
    TrainingRunStatus suspended = space.run("small").getStatus();
    assertThat(suspended.state()).isEqualTo("Suspended");
    assertThat(RunSpace.message(suspended, "Suspended")).contains("spec.scheduling.suspend");
    assertThat(RunSpace.is(suspended, "Checkpointed")).isTrue();

    space.suspend("small", false);
    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(RunSpace.reasons(status)).containsExactly("Stopped", "Done");
    assertThat(status.attempts().getFirst().exitCode()).isEqualTo(12);
    assertThat(status.restartCount()).isZero();
    assertThat(space.jobs("small")).extracting(RunSpace::name).containsExactly("small-trainer-1");
  }

  @Test
  void runTrainsWithinItsWindowsAndHasItsCheckpointBetweenThem() {
    Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    space.apply(
        RunSpace.small(
            "small",
            Map.of(
                "\nspec:\n",
                """

                spec:
                  scheduling:
                    windows: [{start: "%s", end: "%s"}]
                """
                    .formatted(begin, begin.plusSeconds(3600)))));
    space.awaitStep("small", EARLY);
    Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(23);
    Instant next = end.plusSeconds(8);
    space.patch(
        "small",
        """
        {"spec": {"scheduling": {"windows": [
            {"start": "%s", "end": "%s"}, {"start": "%s", "end": "%s"}]}}}"""
            .formatted(next, next.plusSeconds(3600), begin, end));
    space.awaitRun("small", "suspended", RunSpace.SOON, status -> RunSpace.is(status, "Suspended"));
    assertThat(Instant.now()).as("its hardware is free").isBefore(end);
    assertThat(space.pods("small", TRAINER))
        .extracting(PodFacts::state)
        .allMatch(PodState.ENDED::equals);
    assertThat(RunSpace.message(space.run("small").getStatus(), "Suspended"))
        .contains("next window starts at " + next);
    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(RunSpace.reasons(status)).containsExactly("Stopped", "Done");
    assertThat(status.restartCount()).isZero();
    assertThat(space.jobs("small")).hasSize(1);
  }

  @Test
  void killedTrainerIsRestartedFromItsCheckpoint() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    NodeProcesses.kill(space.pods("small", TRAINER).getFirst());
    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(RunSpace.reasons(status)).containsExactly("Killed", "Done");
    AttemptStatus first = status.attempts().getFirst();
    assertThat(first.exitCode()).isEqualTo(137);
    assertThat(first.node()).isNotBlank();
    assertThat(status.restartCount()).isOne();
    assertThat(space.jobs("small")).extracting(RunSpace::name).contains("small-trainer-2");
  }

  @Test
  void killedEvaluatorComesBackAndNothingIsLost() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    NodeProcesses.kill(space.pods("small", EVALUATOR).getFirst());
    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(status.evaluations().getFirst().n()).isEqualTo(200);
    assertThat(status.restartCount()).isZero();
  }

  @Test
  void deletedPodsAndObjectsComeBack() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    List<String> before = space.objects();
    client.pods().inNamespace(space.namespace).withGracePeriod(0).delete();
    client.services().inNamespace(space.namespace).delete();
    client.secrets().inNamespace(space.namespace).delete();
    client.configMaps().inNamespace(space.namespace).withLabel(RunNames.RUN_LABEL).delete();
    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(status.restartCount()).isZero();
    assertThat(before)
        .contains("Service/small-trainer", "Secret/small-trainer-tls")
        .anyMatch(object -> object.startsWith("ConfigMap/small-plan"));
  }

  @Test
  void runThatReachesItsDeadlineStopsWithACheckpointAndFails() {
    space.apply(
        RunSpace.small(
            "small",
            Map.of(
                "steps: 140",
                "steps: 100000",
                "spec:\n",
                "spec:\n  budget: {deadlineSeconds: 45}\n")));
    space.awaitStep("small", 0);
    TrainingRunStatus status = space.awaitFailed("small");
    assertThat(RunSpace.condition(status, "Failed").orElseThrow().reason())
        .isEqualTo("DeadlineExceeded");
    space.awaitNoPods("small", TRAINER);
    assertThat(RunSpace.is(status, "Checkpointed")).isTrue();
    assertThat(status.attempts().getLast().exitCode()).isEqualTo(12);
    assertThat(status.restartCount()).isZero();
  }

  /** It writes no checkpoint until it is told to, so that what a kill undoes is above the rest. */
  @Test
  void runWhoseLostWorkExceedsItsBudgetStopsWithACheckpointAndFails() {
    Map<String, String> changes =
        Map.of(
            "steps: 140", "steps: 300",
            "everySteps: 60,", "everySteps: 300,",
            "everySteps: 20,", "everySteps: 100000,");
    double planned = plannedPfDays(RunSpace.small("small", changes));
    Map<String, String> limited = new HashMap<>(changes);
    limited.put("spec:\n", "spec:\n  budget: {maxPfDays: \"%.6e\"}\n".formatted(1.02 * planned));
    space.apply(RunSpace.small("small", limited));
    space.awaitStep("small", 100);
    NodeProcesses.kill(space.pods("small", TRAINER).getFirst());
    TrainingRunStatus status = space.awaitFailed("small");
    assertThat(RunSpace.condition(status, "Failed").orElseThrow().reason())
        .isEqualTo("BudgetExceeded");
    assertThat(RunSpace.message(status, "Failed"))
        .contains("spec.budget.maxPfDays", "steps lost to crashes included");
    assertThat(space.pods("small", TRAINER))
        .extracting(PodFacts::state)
        .allMatch(PodState.ENDED::equals);
    assertThat(RunSpace.reasons(status)).containsExactly("Killed", "Stopped");
    assertThat(RunSpace.is(status, "Checkpointed")).isTrue();
    double lost = Double.parseDouble(status.compute().lostPfDays());
    double counted = Double.parseDouble(status.compute().countedPfDays());
    assertThat(lost / planned).as("a third of the steps").isBetween(0.3, 0.8);
    assertThat(counted + lost).isGreaterThan(1.02 * planned);
    assertThat(counted).as("it stopped before its end").isLessThan(planned);
  }

  private static double plannedPfDays(TrainingRun run) {
    return new Planner(Options.DEFAULT).plan(run, _ -> Optional.empty())
            instanceof Planner.Outcome.Accepted(PlannedRun planned)
        ? Compute.of(planned.plan()).countedPfDays()
        : fail("small.yaml has no plan");
  }

  @Test
  void runThatNeedsMoreMemoryThanItsPodHasFailsAndSaysSo() {
    space.apply(
        RunSpace.small(
            "small",
            Map.of(
                "memory: 3Gi",
                "memory: 256Mi",
                "\nspec:\n",
                "\nspec:\n  ttlSecondsAfterFinished: 5\n")));
    TrainingRunStatus status = space.awaitFailed("small");
    assertThat(RunSpace.reasons(status)).isNotEmpty().containsOnly("OutOfMemory");
    assertThat(RunSpace.condition(status, "Failed").orElseThrow().reason())
        .isEqualTo("OutOfMemory");
    assertThat(RunSpace.message(status, "Failed")).contains("memory", "activations", "256");
    await()
        .atMost(RunSpace.SOON)
        .untilAsserted(() -> assertThat(space.objects()).as("after its ttl").isEmpty());
    assertThat(space.run("small").getStatus().state()).isEqualTo("Failed");
  }

  @Test
  void runWaitsForItsSourceAndFailsWithIt() {
    String from = "spec:\n  initFrom: {run: source, parts: [image]}\n";
    space.apply(RunSpace.small("dependent", Map.of("spec:\n", from)));
    space.awaitRun(
        "dependent",
        "it waits for a run that is not there",
        RunSpace.SOON,
        status -> RunSpace.message(status, "Progressing").contains("source"));
    space.apply(
        RunSpace.small("source", Map.of("spec:\n", "spec:\n  budget: {deadlineSeconds: 1}\n")));
    space.awaitFailed("source");
    TrainingRunStatus status = space.awaitFailed("dependent");
    assertThat(RunSpace.condition(status, "Failed").orElseThrow().reason())
        .isEqualTo("SourceFailed");
    assertThat(RunSpace.message(status, "Failed")).contains("source", "DeadlineExceeded");
    assertThat(space.pods("dependent", TRAINER)).isEmpty();
  }

  @Test
  void wrongSpecIsRefusedWithEveryProblem() {
    space.apply(
        RunSpace.small(
            "wrong",
            Map.of(
                "preset: tiny-rn",
                "preset: huge-rn",
                "task: phantom-retrieval@1",
                "task: nothing@9")));
    TrainingRunStatus status = space.awaitFailed("wrong");
    assertThat(RunSpace.condition(status, "Accepted").orElseThrow().status()).isEqualTo("False");
    assertThat(RunSpace.message(status, "Accepted"))
        .contains("spec.model.clip.preset", "huge-rn", "spec.evaluation", "nothing@9");
    assertThat(space.objects()).isEmpty();
    assertThatThrownBy(
            () -> space.apply(RunSpace.small("negative", Map.of("steps: 140", "steps: -1"))))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("spec.training.steps");
  }

  @Test
  void deletedRunLeavesNothingButItsVolumesAndACheckpointOnThem() {
    space.apply(
        RunSpace.small(
            "small",
            Map.of("steps: 140", "steps: 100000", "everySteps: 20,", "everySteps: 100000,")));
    space.awaitStep("small", EARLY);
    assertThat(space.objects()).isNotEmpty();
    space.delete("small");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(space.objects()).isEmpty());
    assertThat(client.persistentVolumeClaims().inNamespace(space.namespace).list().getItems())
        .hasSize(2);
    LabCluster.here()
        .ifPresent(
            lab ->
                assertThat(
                        lab.inside(
                            "ls",
                            "/var/lib/xfolds/runs/runs/%s/small/checkpoints"
                                .formatted(space.namespace)))
                    .as("written on SIGTERM, none was due")
                    .containsPattern("step-\\d+"));
  }

  @Test
  void everyPodIsRestrictedAndTalksByServiceNames() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", 0);
    Pod trainer = space.pods("small", TRAINER).getFirst();
    Pod evaluator = space.pods("small", EVALUATOR).getFirst();
    long user = Long.parseLong(RealCluster.settings(client).get("XFOLDS_POD_USER"));
    for (Pod pod : List.of(trainer, evaluator)) {
      var container = pod.getSpec().getContainers().getFirst();
      assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
      assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
      assertThat(pod.getSpec().getVolumes()).noneMatch(volume -> volume.getProjected() != null);
    }
    for (Pod pod : List.of(trainer, evaluator, RealCluster.operators(client).getFirst())) {
      assertThat(NodeProcesses.users(pod)).containsOnly(user);
      assertThat(NodeProcesses.accounts(pod)).isEmpty();
    }
    assertThat(String.join(" ", trainer.getSpec().getContainers().getFirst().getArgs()))
        .contains("small-evaluator");
  }
}
