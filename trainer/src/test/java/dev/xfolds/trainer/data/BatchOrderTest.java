package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class BatchOrderTest {

  private static double[] ones(int samples) {
    double[] weights = new double[samples];
    Arrays.fill(weights, 1);
    return weights;
  }

  /** How often each sample comes in an epoch. */
  private static int[] counts(BatchOrder order, long epoch, int samples) {
    int[] counts = new int[samples];
    LongStream.range(0, order.stepsPerEpoch())
        .mapToObj(step -> order.batch(epoch * order.stepsPerEpoch() + step))
        .flatMapToInt(Arrays::stream)
        .forEach(sample -> counts[sample]++);
    return counts;
  }

  @Test
  void epochHoldsEachSampleOnce() {
    BatchOrder order = new BatchOrder(3, ones(12), 4);
    assertThat(order.stepsPerEpoch()).isEqualTo(3);
    for (int epoch = 0; epoch < 4; epoch++) {
      assertThat(counts(order, epoch, 12)).containsOnly(1);
    }
    assertThat(order.epoch(2)).isZero();
    assertThat(order.epoch(3)).isEqualTo(1);
  }

  @Test
  void epochsHaveOrdersOfTheirOwn() {
    BatchOrder order = new BatchOrder(3, ones(50), 50);
    assertThat(order.batch(0)).isNotEqualTo(order.batch(1));
    assertThat(order.batch(0)).isNotEqualTo(IntStream.range(0, 50).toArray());
  }

  @Test
  void restOfAnEpochIsAnotherOneEachTime() {
    BatchOrder order = new BatchOrder(3, ones(11), 4);
    int[] seen = new int[11];
    for (int epoch = 0; epoch < 40; epoch++) {
      int[] counts = counts(order, epoch, 11);
      assertThat(Arrays.stream(counts).sum()).isEqualTo(8);
      assertThat(Arrays.stream(counts).max()).hasValue(1);
      Arrays.setAll(seen, i -> seen[i] + counts[i]);
    }
    assertThat(Arrays.stream(seen).min().orElseThrow()).isGreaterThan(15);
  }

  @Test
  void orderDependsOnSeedAndStepAlone() {
    BatchOrder order = new BatchOrder(3, ones(30), 7);
    int[] late = new BatchOrder(3, ones(30), 7).batch(40);
    order.batch(2);
    assertThat(order.batch(40)).isEqualTo(late);
    assertThat(new BatchOrder(4, ones(30), 7).batch(40)).isNotEqualTo(late);
  }

  @Test
  void wholeWeightsRepeatSamples() {
    BatchOrder order = new BatchOrder(3, new double[] {1, 3, 1, 2}, 1);
    assertThat(counts(order, 0, 4)).containsExactly(1, 3, 1, 2);
    assertThat(counts(order, 9, 4)).containsExactly(1, 3, 1, 2);
  }

  @Test
  void fractionsAreDrawnPerEpoch() {
    double[] weights = new double[20];
    Arrays.setAll(weights, i -> i < 10 ? 1 : 1.1);
    BatchOrder order = new BatchOrder(3, weights, 1);
    assertThat(order.stepsPerEpoch()).isEqualTo(21);
    int[] total = new int[20];
    for (int epoch = 0; epoch < 1000; epoch++) {
      int[] counts = counts(order, epoch, 20);
      assertThat(Arrays.stream(counts).sum()).isEqualTo(21);
      assertThat(Arrays.stream(counts, 0, 10)).containsOnly(1);
      assertThat(Arrays.stream(counts, 10, 20).toArray()).containsOnly(1, 2);
      Arrays.setAll(total, i -> total[i] + counts[i]);
    }
    for (int i = 10; i < 20; i++) {
      assertThat(total[i]).isBetween(1060, 1140);
    }
  }

  @Test
  void batchLargerThanTheDataIsRefused() {
    assertThat(new BatchOrder(3, ones(5), 5).stepsPerEpoch()).isEqualTo(1);
    assertThatThrownBy(() -> new BatchOrder(3, ones(5), 6))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessage(
            "spec.training.batchSize must be at most the number of training samples (5), was 6");
  }

  @Test
  void epochThatNoMemoryHoldsIsRefused() {
    assertThatThrownBy(() -> new BatchOrder(3, new double[] {1, 1e12}, 1))
        .isInstanceOf(TrainerException.class)
        .hasMessage(
            "spec.data[].weight must be nearer to each other: an epoch has at most 268,435,456 samples, was 1,000,000,000,001");
  }
}
