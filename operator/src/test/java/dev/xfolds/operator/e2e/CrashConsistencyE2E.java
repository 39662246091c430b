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
 * The operator dies after every single write of two runs' lives, and another one takes its place:
 * the runs end as the undisturbed one, and nothing was made twice.
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
  void suspendedAndFailedRunsEndAsUndisturbedThoughTheirOperatorDiesAfterEveryWrite()
      throws IOException, InterruptedException {
    try (RunSpace ofSuspended = new RunSpace(client);
        RunSpace ofFailed = new RunSpace(client)) {
      ofSuspended.apply(RunSpace.small("small"));
      ofFailed.apply(
          RunSpace.small("small", Map.of("\nspec:\n", "\nspec:\n  ttlSecondsAfterFinished: 1\n")));
      Life suspended = new Life(ofSuspended, () -> ofSuspended.suspend("small", true));
      Life failed =
          new Life(
              ofFailed,
              () -> NodeProcesses.kill(ofFailed.pods("small", RunNames.TRAINER).getFirst()));
      List<String> writes = liveUntilAllAreOver(List.of(suspended, failed));

      TrainingRunStatus status = completeAsUndisturbed(ofSuspended);
      assertThat(RunSpace.reasons(status)).containsExactly("Stopped", "Done");
      assertThat(status.restartCount()).isZero();
      assertThat(ofSuspended.jobs("small")).hasSize(1);
      assertThat(ofSuspended.pods("small", RunNames.EVALUATOR)).isEmpty();
      assertThat(created(writes, ofSuspended))
          .as("the Job and the evaluator, before and after the suspension")
          .hasSizeLessThanOrEqualTo(3);

      status = completeAsUndisturbed(ofFailed);
      assertThat(RunSpace.reasons(status)).containsExactly("Killed", "Done");
      assertThat(status.restartCount()).isOne();
      assertThat(status.jobCount()).isEqualTo(2);
      assertThat(created(writes, ofFailed))
          .as("two Jobs, one evaluator")
          .hasSizeLessThanOrEqualTo(3);
      assertThat(ofFailed.objects()).as("after its ttl").isEmpty();
    }
  }

  /** A run that is disturbed once, and resumed when it is suspended. */
  private static final class Life {
    private final RunSpace space;
    private final Runnable disturbance;
    private boolean disturbed;

    Life(RunSpace space, Runnable disturbance) {
      this.space = space;
      this.disturbance = disturbance;
    }

    /** Between two operators; past the step it has a checkpoint. */
    void meddle() {
      TrainingRun run = space.run("small");
      if (!disturbed && isPast(run, InASpace.EARLY)) {
        disturbance.run();
        disturbed = true;
      } else if (run.getStatus() != null && RunSpace.is(run.getStatus(), "Suspended")) {
        space.suspend("small", false);
      }
    }

    boolean isOver() {
      return isTerminal(space.run("small"));
    }
  }

  /**
   * Lets one operator live after another.
   *
   * @return all writes
   */
  private List<String> liveUntilAllAreOver(List<Life> runs)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    int lives = 0;
    boolean over = false;
    while (!over) {
      assertThat(Instant.now())
          .as("status: %s", runs.stream().map(run -> run.space.run("small").getStatus()).toList())
          .isBefore(end);
      boolean halted = operator.live(IDLE);
      lives++;
      runs.forEach(Life::meddle);
      over = !halted && runs.stream().allMatch(Life::isOver);
    }
    List<String> writes = Files.readAllLines(operator.writes());
    System.out.printf(
        "%d lives, %d writes:%n%s%n", lives, writes.size(), String.join("\n", writes));
    assertThat(writes).noneMatch(line -> line.endsWith(HaltingOperator.AGAIN));
    assertThat(runs).allSatisfy(run -> assertThat(of(writes, run.space)).hasSizeGreaterThan(20));
    return writes;
  }

  private TrainingRunStatus completeAsUndisturbed(RunSpace space) {
    TrainingRunStatus status = space.awaitComplete("small");
    assertThat(RunSpace.weights(status)).isEqualTo(undisturbed);
    return status;
  }

  private static List<String> of(List<String> writes, RunSpace space) {
    return writes.stream().filter(line -> line.contains("/" + space.namespace + "/")).toList();
  }

  private static List<String> created(List<String> writes, RunSpace space) {
    return of(writes, space).stream()
        .filter(line -> line.matches("POST .*/(jobs|pods) .*"))
        .toList();
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
