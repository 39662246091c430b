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
    throughput.add(new StepTime(0.5, 0.5, 0.75, 0.25, 0));
    assertThat(throughput.waitShare()).isCloseTo(0.25, within(1e-12));
    assertThat(throughput.recent()).isCloseTo(4, within(1e-12));
    throughput.add(new StepTime(4, 0, 0, 0, 0)); // averages: 2 + 0.05 * 2, 0.5 + 0.05 * 3.5
    assertThat(throughput.waitShare()).isCloseTo(0.675 / 2.1, within(1e-12));
    assertThat(throughput.secondsFor(10)).isCloseTo(21, within(1e-12));
  }

  @Test
  void whatIsAskedForIsAboutTheStepsSince() {
    Throughput throughput = new Throughput(8);
    throughput.add(new StepTime(0, 1, 2, 1, 0));
    throughput.add(new StepTime(2, 1, 0, 1, 0));
    Throughput.Average both = throughput.sinceLastAsked();
    assertThat(both.step()).isEqualTo(new StepTime(1, 1, 1, 1, 0));
    assertThat(both.samplesPerSecond()).isCloseTo(2, within(1e-12));
    assertThat(throughput.sinceLastAsked().samplesPerSecond()).isZero();
    throughput.add(new StepTime(0, 0.25, 0.25, 0.5, 0));
    assertThat(throughput.sinceLastAsked().samplesPerSecond()).isCloseTo(8, within(1e-12));
  }
}
