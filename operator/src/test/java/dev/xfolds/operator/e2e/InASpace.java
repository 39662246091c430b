package dev.xfolds.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.TrainingRunStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** What tests share of which each has a space of its own in the cluster of KUBECONFIG. */
abstract class InASpace {
  /**
   * A step behind which a run of small.yaml can be disturbed: it has a checkpoint, and far to go.
   */
  static final long EARLY = 20;

  KubernetesClient client;
  RunSpace space;

  @BeforeEach
  final void makeSpace(TestInfo test) {
    client = RealCluster.orSkip();
    System.out.printf("%s %s%n", LocalTime.now(ZoneOffset.UTC), test.getDisplayName());
    space = new RunSpace(client);
  }

  @AfterEach
  final void closeSpace() {
    if (space != null) {
      space.close();
    }
    if (client != null) {
      client.close();
    }
  }

  /**
   * Waits for the end of a run of small.yaml: whatever happened to it, its weights are the same.
   */
  final TrainingRunStatus completeAsUndisturbed(String name) {
    TrainingRunStatus status = space.awaitComplete(name);
    assertThat(RunSpace.weights(status)).isEqualTo(Undisturbed.weights(client));
    return status;
  }
}
