package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.observe.Attempts.TrainerPod;
import dev.xfolds.operator.observe.Ending;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class EndingsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private final Endings endings = new Endings();

  private static TrainerPod ended(int attempt) {
    return new TrainerPod(
        attempt, 0, T0, "node-1", Optional.of(new Ending(T0, OptionalInt.of(12), true, "")));
  }

  /** A run that is disrupted every five minutes for a week has two thousand. */
  @Test
  void podsOfAttemptsThatStatusHasAsEndedAreDropped() {
    for (int attempt = 1; attempt <= 2000; attempt++) {
      endings.remember("a", "pod-" + attempt, ended(attempt));
      endings.told("a", attempt - 1);
      assertThat(endings.of("a")).containsExactly(ended(attempt));
    }
  }

  @Test
  void runsAreKeptApart() {
    endings.remember("a", "pod-1", ended(1));
    endings.remember("b", "pod-2", ended(1));
    endings.told("a", 1);
    endings.told("unknown", 1);
    assertThat(endings.of("a")).isEmpty();
    assertThat(endings.of("b")).hasSize(1);
    endings.forget("b");
    assertThat(endings.of("b")).isEmpty();
  }
}
