package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.RunView.JobView;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class GangTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final List<Attempt> RUNNING = List.of(Attempt.started(1, T0));

  private static Pod pod(int attempt, int rank, String node) {
    return new PodBuilder()
        .withNewMetadata()
        .withCreationTimestamp(T0.toString())
        .withLabels(
            Map.of(
                RunNames.COMPONENT_LABEL,
                RunNames.TRAINER,
                "batch.kubernetes.io/job-completion-index",
                Integer.toString(rank)))
        .withAnnotations(Map.of(RunNames.ATTEMPT_ANNOTATION, Integer.toString(attempt)))
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus(node == null ? "False" : "True")
        .withReason("Unschedulable")
        .withMessage("0/1 nodes are available: 1 Insufficient nvidia.com/gpu.")
        .endCondition()
        .endStatus()
        .build();
  }

  private static RunView view(boolean suspended, Pod... pods) {
    return new RunView(
        Optional.of(new JobView(1, suspended, false)), List.of(pods), Optional.empty());
  }

  private static List<Attempt> giveUp(RunView view, int workers, long seconds) {
    return Gang.giveUp(RUNNING, view, workers, TIMEOUT, T0.plusSeconds(seconds));
  }

  @Test
  void halfAGangGivesItsNodesBackInTheSchedulersWordsAndCountsNoRestart() {
    RunView half = view(false, pod(1, 0, "node-a"), pod(1, 1, null));
    assertThat(giveUp(half, 2, 599)).isEqualTo(RUNNING);
    Attempt ended = giveUp(half, 2, 600).getLast();
    assertThat(ended.reason()).isEqualTo("GangTimeout");
    assertThat(ended.endedAt()).contains(T0.plusSeconds(600));
    assertThat(ended.message())
        .isEqualTo(
            "1 of 2 trainer pods had a node within 600 s (spec.scheduling.gangTimeoutSeconds):"
                + " Unschedulable: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.");
    assertThat(Attempts.failed(ended)).isFalse();
  }

  @Test
  void podThatQuotaForbidsIsMissingToo() {
    assertThat(giveUp(view(false, pod(1, 0, "node-a")), 2, 600).getLast().message())
        .endsWith("1 of 2 pods exist");
  }

  @Test
  void gangThatHoldsNoNodeWaitsInTheSchedulersQueueAsLongAsItTakes() {
    assertThat(giveUp(view(false, pod(1, 0, null)), 1, 100_000)).isEqualTo(RUNNING);
    assertThat(giveUp(view(false, pod(1, 0, null), pod(1, 1, null)), 2, 100_000))
        .isEqualTo(RUNNING);
  }

  @Test
  void gangThatIsCompleteMayTakeAsLongAsItLikesToStart() {
    RunView whole = view(false, pod(1, 0, "node-a"), pod(1, 1, "node-b"));
    assertThat(giveUp(whole, 2, 100_000)).isEqualTo(RUNNING);
  }

  @Test
  void podsOfAnotherAttemptAndOfASuspendedJobAreNotCounted() {
    assertThat(giveUp(view(false, pod(2, 0, null)), 1, 600)).isEqualTo(RUNNING);
    assertThat(giveUp(view(true, pod(1, 0, null)), 1, 600)).isEqualTo(RUNNING);
    assertThat(giveUp(view(false), 1, 600)).isEqualTo(RUNNING);
  }

  @Test
  void pauseDoublesOnlyWhileAttemptsGiveUpInARow() {
    Attempt gaveUp = Attempt.started(1, T0).ended(T0, OptionalInt.empty(), Gang.TIMEOUT, "no node");
    Attempt ran = Attempt.started(1, T0).ended(T0, 143, Attempts.DISRUPTED);
    assertThat(Gang.again(List.of(gaveUp))).isEqualTo(T0.plusSeconds(60));
    assertThat(Gang.again(List.of(gaveUp, gaveUp, gaveUp))).isEqualTo(T0.plusSeconds(240));
    assertThat(Gang.again(List.of(gaveUp, ran, gaveUp))).isEqualTo(T0.plusSeconds(60));
    assertThat(Gang.again(Collections.nCopies(20, gaveUp))).isEqualTo(T0.plusSeconds(1800));
  }
}
