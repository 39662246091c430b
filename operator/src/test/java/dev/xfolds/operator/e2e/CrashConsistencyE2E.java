package dev.xfolds.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.reconcile.HaltingOperator;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The operator dies after every single write of a run's life, and another one takes its place: the
 * run ends as the undisturbed one, and nothing was made twice.
 */
@Isolated("stops the operator that is deployed")
final class CrashConsistencyE2E {
  /** An operator of which nothing is wanted any more lives so long. */
  private static final Duration IDLE = Duration.ofSeconds(20);

  private static final Duration PATIENCE = Duration.ofMinutes(12);

  private KubernetesClient client;
  private OperatorInside operator;
  private String undisturbed;
  private OptionalInt replicas = OptionalInt.empty();

  @BeforeEach
  void stopTheDeployedOperator(@TempDir Path work) throws IOException {
    client = RealCluster.orSkip();
    operator = OperatorInside.orSkip(client, work);
    undisturbed = Undisturbed.weights(client);
    replicas = OptionalInt.of(RealCluster.replicas(client));
    RealCluster.scaleOperator(client, 0);
    await().atMost(RunSpace.SOON).until(() -> RealCluster.operators(client).isEmpty());
  }

  @AfterEach
  void startItAgain() {
    if (operator != null) {
      operator.close();
    }
    replicas.ifPresent(before -> RealCluster.scaleOperator(client, before));
    if (client != null) {
      client.close();
    }
  }

  @Test
  void suspendedRunEndsAsUndisturbedThoughItsOperatorDiesAfterEveryWrite()
      throws IOException, InterruptedException {
    try (RunSpace space = new RunSpace(client)) {
      space.apply(RunSpace.small("small"));
      List<String> writes = liveUntilItIsOver(space, () -> space.suspend("small", true));
      TrainingRunStatus status = completeAsUndisturbed(space);
      assertThat(RunSpace.reasons(status)).containsExactly("Stopped", "Done");
      assertThat(status.restartCount()).isZero();
      assertThat(space.jobs("small")).hasSize(1);
      assertThat(space.pods("small", RunNames.EVALUATOR)).isEmpty();
      assertThat(created(writes))
          .as("the Job and the evaluator, before and after the suspension")
          .hasSizeLessThanOrEqualTo(3);
    }
  }

  @Test
  void failedRunIsRestartedAndRemovedThoughItsOperatorDiesAfterEveryWrite()
      throws IOException, InterruptedException {
    try (RunSpace space = new RunSpace(client)) {
      space.apply(
          RunSpace.small("small", Map.of("\nspec:\n", "\nspec:\n  ttlSecondsAfterFinished: 1\n")));
      List<String> writes =
          liveUntilItIsOver(
              space, () -> NodeProcesses.kill(space.pods("small", RunNames.TRAINER).getFirst()));
      TrainingRunStatus status = completeAsUndisturbed(space);
      assertThat(RunSpace.reasons(status)).containsExactly("Killed", "Done");
      assertThat(status.restartCount()).isOne();
      assertThat(status.jobCount()).isEqualTo(2);
      assertThat(created(writes)).as("two Jobs, one evaluator").hasSizeLessThanOrEqualTo(3);
      assertThat(space.objects()).as("after its ttl").isEmpty();
    }
  }

  /**
   * Lets one operator live after another.
   *
   * @param disturb is done once, past a step from which there is a checkpoint; a run that is
   *     suspended then is resumed
   * @return all writes
   */
  private List<String> liveUntilItIsOver(RunSpace space, Runnable disturb)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    int lives = 0;
    boolean disturbed = false;
    boolean over = false;
    while (!over) {
      assertThat(Instant.now()).as("status: %s", space.run("small").getStatus()).isBefore(end);
      int exitCode = operator.live(IDLE);
      lives++;
      assertThat(exitCode).as(operator.log()).isIn(HaltingOperator.HALTED, 0);
      TrainingRun run = space.run("small");
      if (!disturbed && isPast(run, InASpace.EARLY)) {
        disturb.run();
        disturbed = true;
      } else if (run.getStatus() != null && RunSpace.is(run.getStatus(), "Suspended")) {
        space.suspend("small", false);
      }
      over = exitCode == 0 && isTerminal(run);
    }
    List<String> writes = Files.readAllLines(operator.writes());
    System.out.printf(
        "%d lives, %d writes:%n%s%n", lives, writes.size(), String.join("\n", writes));
    assertThat(writes).hasSizeGreaterThan(20);
    return writes;
  }

  private TrainingRunStatus completeAsUndisturbed(RunSpace space) {
    TrainingRunStatus status = space.awaitComplete("small");
    assertThat(RunSpace.weights(status)).isEqualTo(undisturbed);
    return status;
  }

  private static List<String> created(List<String> writes) {
    return writes.stream().filter(line -> line.matches("POST .*/(jobs|pods) .*")).toList();
  }

  private static boolean isPast(TrainingRun run, long step) {
    return run.getStatus() != null
        && run.getStatus().progress() != null
        && run.getStatus().progress().step() > step;
  }

  private static boolean isTerminal(TrainingRun run) {
    return run.getStatus() != null
        && (RunSpace.is(run.getStatus(), "Complete") || RunSpace.is(run.getStatus(), "Failed"));
  }
}
