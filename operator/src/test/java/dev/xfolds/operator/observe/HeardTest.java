package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.observe.Attempts.TrainerPod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class HeardTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private static TrainerPod ended(int attempt, String words) {
    return new TrainerPod(
        attempt, 0, T0, "n1", Optional.of(new Ending(T0, OptionalInt.of(0), false, words)));
  }

  @Test
  void lastWordsOfTheNewestAttemptAreItsProgress() {
    List<TrainerPod> pods =
        List.of(
            ended(1, "{\"phase\":\"TRAINING\",\"step\":\"120\"}"),
            ended(2, "{\"phase\":\"FINISHED\",\"step\":\"500\",\"totalSteps\":\"500\"}"));
    assertThat(Heard.atTheEnd(pods))
        .contains(
            new Heard(
                RunProgress.newBuilder()
                    .setPhase(Phase.FINISHED)
                    .setStep(500)
                    .setTotalSteps(500)
                    .build(),
                T0));
  }

  @Test
  void attemptThatRunsHasNoLastWords() {
    List<TrainerPod> pods =
        List.of(ended(1, "{\"step\":\"120\"}"), new TrainerPod(2, 0, T0, "n1", Optional.empty()));
    assertThat(Heard.atTheEnd(pods)).isEmpty();
  }

  @Test
  void onlyRankZeroHasLastWords() {
    TrainerPod other =
        new TrainerPod(
            2,
            1,
            T0,
            "n2",
            Optional.of(new Ending(T0, OptionalInt.of(12), false, "{\"step\":\"7\"}")));
    TrainerPod running = new TrainerPod(2, 0, T0, "n1", Optional.empty());
    assertThat(Heard.atTheEnd(List.of(other, running))).isEmpty();
    assertThat(Heard.atTheEnd(List.of(other, ended(2, "{\"step\":\"8\"}"))).orElseThrow())
        .satisfies(heard -> assertThat(heard.progress().getStep()).isEqualTo(8));
  }

  @Test
  void linesOfALogAreNoProgress() {
    assertThat(Heard.atTheEnd(List.of(ended(1, "trainer: lost")))).isEmpty();
    assertThat(Heard.atTheEnd(List.of(ended(1, "{not json")))).isEmpty();
    assertThat(Heard.atTheEnd(List.of())).isEmpty();
  }
}
