package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  @Test
  void doublesUpToItsBound() {
    Backoff backoff = new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(60));
    assertThat(backoff.before(1)).isEqualTo(Duration.ofSeconds(10));
    assertThat(backoff.before(2)).isEqualTo(Duration.ofSeconds(20));
    assertThat(backoff.before(4)).isEqualTo(Duration.ofSeconds(60));
    assertThat(backoff.before(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(60));
  }
}
