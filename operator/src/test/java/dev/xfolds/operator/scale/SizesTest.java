package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SizesTest {
  @Test
  void theTargetsSizesUnlessTold() {
    Sizes sizes = Sizes.of(false, Map.of());

    assertThat(sizes.idle()).isEqualTo(10_000);
    assertThat(sizes.idleWindow()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void environmentGoesBefore() {
    Sizes sizes = Sizes.of(true, Map.of("SCALE_IDLE", "7", "SCALE_IDLE_SECONDS", "90"));

    assertThat(sizes.idle()).isEqualTo(7);
    assertThat(sizes.idleWindow()).isEqualTo(Duration.ofSeconds(90));
    assertThat(sizes.active()).isEqualTo(5);
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThatThrownBy(() -> Sizes.of(false, Map.of("SCALE_RATE", "0")))
        .hasMessage("SCALE_RATE must be a number from 1, was 0");
  }
}
