package dev.xfolds.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.observe.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class QuotaReservedTest {

  private static String shown(int jobs, Optional<QueueView> queue) {
    Observation seen =
        new Observation(
            Plans.phantom("a"),
            Instant.parse("2026-01-01T00:00:00Z"),
            List.of(),
            new Observation.Counts(1, 0, 0, jobs),
            Ranks.of(PodState.ABSENT),
            PodState.ABSENT,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            new Verdict.Undecided(),
            queue);
    return Statuses.of(seen, Optional.empty()).conditions().stream()
        .filter(condition -> condition.type().equals("QuotaReserved"))
        .map(QuotaReservedTest::text)
        .findFirst()
        .orElse("");
  }

  private static String text(Condition condition) {
    return "%s %s: %s".formatted(condition.status(), condition.reason(), condition.message());
  }

  private static Optional<QueueView> queue(boolean reserved) {
    return Optional.of(
        new QueueView(
            "gpus",
            true,
            Optional.of(
                new QueueView.Workload(
                    "w",
                    true,
                    false,
                    reserved,
                    "Pending",
                    "2 GPUs are missing",
                    Optional.empty()))));
  }

  @Test
  void runWithoutAQueueHasNoSuchCondition() {
    assertThat(shown(1, Optional.empty())).isEmpty();
  }

  @Test
  void workloadsOwnWordsAreShown() {
    assertThat(shown(1, queue(false))).isEqualTo("False Pending: 2 GPUs are missing");
    assertThat(shown(1, queue(true))).isEqualTo("True Pending: 2 GPUs are missing");
  }

  @Test
  void jobAfterAFailureQueuesAtTheEnd() {
    assertThat(shown(2, queue(false)))
        .isEqualTo(
            "False Pending: 2 GPUs are missing; Job 2 follows one that ended, and queues at the"
                + " end");
    assertThat(shown(2, queue(true))).isEqualTo("True Pending: 2 GPUs are missing");
  }

  @Test
  void missingWorkloadAndMissingKueueAreTold() {
    Optional<QueueView> none = Optional.of(new QueueView("gpus", true, Optional.empty()));
    assertThat(shown(0, none)).isEqualTo("False NoWorkload: no Job has joined queue gpus yet");
    assertThat(shown(1, none))
        .isEqualTo("False NoWorkload: Kueue has made no Workload for trainer Job 1 yet");
    assertThat(shown(1, Optional.of(new QueueView("gpus", false, Optional.empty()))))
        .startsWith("False QueueMissing: spec.scheduling.queue is gpus, but this cluster had no");
  }
}
