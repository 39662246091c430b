package dev.xfolds.trainer.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TraceTest {

  private static String line(long step, double time) {
    return "{\"step\":%d,\"seconds\":%s}".formatted(step, time);
  }

  @Test
  void linesThatAreTheSameWereKept() {
    List<String> before = List.of(line(1, 0.1), line(2, 0.2), line(3, 0.3));
    assertThat(Trace.keptUpTo(before, List.of(line(1, 0.1), line(2, 0.2), line(3, 0.4))))
        .isEqualTo(2);
    assertThat(Trace.keptUpTo(before, List.of(line(1, 0.5), line(2, 0.2)))).isZero();
    assertThat(Trace.keptUpTo(before, before)).isEqualTo(3);
    assertThat(Trace.keptUpTo(List.of(), before)).isZero();
  }

  @Test
  void tornLineHasNoStep() {
    assertThat(Trace.step("{\"step\":3,\"los")).isZero();
    assertThat(Trace.step(line(3, 1))).isEqualTo(3);
  }
}
