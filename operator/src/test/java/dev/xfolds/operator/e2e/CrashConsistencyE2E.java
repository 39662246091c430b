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
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The operator dies after every single write of a run's life, suspension and resumption included,
 * and another one takes its place: the run ends as the undisturbed one, and nothing was made twice.
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
  void runEndsAsUndisturbedThoughItsOperatorDiesAfterEveryWrite()
      throws IOException, InterruptedException {
    try (RunSpace space = new RunSpace(client)) {
      space.apply(RunSpace.small("small"));
      Instant end = Instant.now().plus(PATIENCE);
      int lives = 0;
      boolean wasSuspended = false;
      boolean over = false;
      while (!over) {
        assertThat(Instant.now()).as("status: %s", space.run("small").getStatus()).isBefore(end);
        int exitCode = operator.live(IDLE);
        lives++;
        assertThat(exitCode).as(operator.log()).isIn(HaltingOperator.HALTED, 0);
        TrainingRun run = space.run("small");
        if (!wasSuspended && isPast(run, 40)) {
          space.suspend("small", true);
          wasSuspended = true;
        } else if (run.getStatus() != null && RunSpace.is(run.getStatus(), "Suspended")) {
          space.suspend("small", false);
        }
        over = exitCode == 0 && isTerminal(run);
      }
      List<String> writes = Files.readAllLines(operator.writes());
      System.out.printf(
          "%d lives, %d writes:%n%s%n", lives, writes.size(), String.join("\n", writes));
      TrainingRunStatus status = space.awaitComplete("small");
      assertThat(RunSpace.weights(status)).isEqualTo(undisturbed);
      assertThat(RunSpace.reasons(status)).containsExactly("Stopped", "Done");
      assertThat(status.restartCount()).isZero();
      assertThat(space.jobs("small")).hasSize(1);
      assertThat(space.pods("small", RunNames.EVALUATOR)).isEmpty();
      assertThat(writes).hasSizeGreaterThan(20);
      assertThat(writes.stream().filter(line -> line.matches("POST .*/(jobs|pods) .*")))
          .as("created once each: the Job and the evaluator, before and after the suspension")
          .hasSizeLessThanOrEqualTo(3);
    }
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
