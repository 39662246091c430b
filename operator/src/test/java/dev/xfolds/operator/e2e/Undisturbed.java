package dev.xfolds.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.TrainingRunStatus;
import io.fabric8.kubernetes.client.KubernetesClient;

/** The weights of small.yaml when nothing happens to it; trained once for all tests. */
final class Undisturbed {
  private static String weights;

  private Undisturbed() {}

  static synchronized String weights(KubernetesClient client) {
    if (weights == null) {
      try (RunSpace space = new RunSpace(client)) {
        space.apply(RunSpace.small("undisturbed"));
        TrainingRunStatus status = space.awaitComplete("undisturbed");
        assertThat(RunSpace.reasons(status)).containsExactly("Done");
        assertThat(status.restartCount()).isZero();
        weights = RunSpace.weights(status);
      }
    }
    return weights;
  }
}
