package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JobFactsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Job STARTED =
      new JobBuilder()
          .withNewMetadata()
          .withName("a-trainer-1")
          .endMetadata()
          .withNewSpec()
          .endSpec()
          .withNewStatus()
          .withStartTime(T0.toString())
          .endStatus()
          .build();

  @Test
  void copyOfAJobIsNoneOfTheRuns() {
    RunNames names = new RunNames("team", "a", "uid");
    assertThat(JobFacts.isOurs(names, "a-trainer-1")).isTrue();
    assertThat(
            List.of(
                "a-trainer-debug", "a-trainer-01", "a-trainer-1-1", "b-trainer-1", "a-trainer-"))
        .noneMatch(name -> JobFacts.isOurs(names, name));
  }

  @Test
  void jobNamesTheAttemptOfItsPods() {
    assertThat(JobFacts.of(ofAttempt("7")).attempt()).isEqualTo(7);
    assertThat(JobFacts.of(ofAttempt("x")).attempt()).as("somebody wrote it").isZero();
    assertThat(JobFacts.of(STARTED).attempt()).as("a queued one").isZero();
  }

  private static Job ofAttempt(String annotation) {
    return STARTED
        .edit()
        .editSpec()
        .withNewTemplate()
        .withNewMetadata()
        .addToAnnotations(RunNames.ATTEMPT_ANNOTATION, annotation)
        .endMetadata()
        .endTemplate()
        .endSpec()
        .build();
  }

  @Test
  void jobWithoutPodsIsNoticedAfterAWhile() {
    assertThat(JobFacts.podless(STARTED, T0.plusSeconds(10))).isFalse();
    assertThat(JobFacts.podless(STARTED, T0.plusSeconds(11))).isTrue();
  }

  @Test
  void jobWithSomeOfItsPodsIsNoticedToo() {
    Job two = STARTED.edit().editSpec().withParallelism(2).endSpec().build();
    Job half = two.edit().editStatus().withActive(1).endStatus().build();
    assertThat(JobFacts.podless(half, T0.plusSeconds(10))).isFalse();
    assertThat(JobFacts.podless(half, T0.plusSeconds(11))).isTrue();
    assertThat(JobFacts.pods(half)).isEqualTo(1);
    assertThat(JobFacts.wanted(half)).isEqualTo(2);
    Job whole = half.edit().editStatus().withSucceeded(1).endStatus().build();
    assertThat(JobFacts.podless(whole, T0.plusSeconds(60))).isFalse();
    Job none = STARTED.edit().editSpec().withParallelism(0).endSpec().build();
    assertThat(JobFacts.podless(none, T0.plusSeconds(60))).as("somebody edited it").isTrue();
  }

  @Test
  void jobThatHasOrHadPodsOrMayHaveNoneIsNotPodless() {
    Instant later = T0.plusSeconds(60);
    Job active = STARTED.edit().editStatus().withActive(1).endStatus().build();
    Job ending = STARTED.edit().editStatus().withTerminating(1).endStatus().build();
    Job done = STARTED.edit().editStatus().withSucceeded(1).endStatus().build();
    Job suspended = STARTED.edit().editSpec().withSuspend(true).endSpec().build();
    assertThat(JobFacts.podless(active, later)).isFalse();
    assertThat(JobFacts.podless(ending, later)).isFalse();
    assertThat(JobFacts.podless(done, later)).isFalse();
    assertThat(JobFacts.podless(suspended, later)).isFalse();
  }

  @Test
  void jobThatWaitsForPodsOfADeadNodeHasEnded() {
    Job failing =
        STARTED
            .edit()
            .editStatus()
            .addNewCondition()
            .withType("FailureTarget")
            .withStatus("True")
            .endCondition()
            .endStatus()
            .build();
    assertThat(JobFacts.of(failing).ended()).isTrue();
    assertThat(JobFacts.of(STARTED).ended()).isFalse();
    assertThat(JobFacts.of(STARTED).number()).isEqualTo(1);
  }
}
