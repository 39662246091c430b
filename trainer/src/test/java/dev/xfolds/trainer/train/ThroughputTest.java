package dev.xfolds.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ThroughputTest {

  @Test
  void nothingIsKnownBeforeTheFirstStep() {
    Throughput throughput = new Throughput(8);
    assertThat(throughput.recent()).isZero();
    assertThat(throughput.waitShare()).isZero();
  }

  @Test
  void waitingIsAShareOfTheStepItIsIn() {
    Throughput throughput = new Throughput(8);
    throughput.add(2, 0.5);
    assertThat(throughput.waitShare()).isCloseTo(0.25, within(1e-12));
    assertThat(throughput.recent()).isCloseTo(4, within(1e-12));
    throughput.add(4, 4); // averages: 2 + 0.05 * 2, 0.5 + 0.05 * 3.5
    assertThat(throughput.waitShare()).isCloseTo(0.675 / 2.1, within(1e-12));
  }
}
