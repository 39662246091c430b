package dev.xfolds.evaluator.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SmallSampleTest {

  /** Newcombe 1998, Statistics in Medicine 17:857, table I: 81/263, 15/148, 0/20, 1/29. */
  @Test
  void wilsonAgreesWithPublishedCases() {
    assertInterval(SmallSample.wilson(81.0 / 263, 263), 0.2553, 0.3662);
    assertInterval(SmallSample.wilson(15.0 / 148, 148), 0.0624, 0.1605);
    assertInterval(SmallSample.wilson(0, 20), 0, 0.1611);
    assertInterval(SmallSample.wilson(1.0 / 29, 29), 0.0061, 0.1718);
  }

  @Test
  void independentQuestionsKeepTheirNumberButForStudentsFactor() {
    double[] values = IntStream.range(0, 100).mapToDouble(i -> i % 2).toArray();
    int[] items = IntStream.range(0, 100).toArray();
    double ratio = Normal.Z / StudentT.quantile975(99);
    assertThat(ClusterSums.of(items, items, 100, values).effectiveSize())
        .isCloseTo(100 * ratio * ratio, within(1.0));
  }

  @Test
  void equalAnswersWithinAnImageCountOnce() {
    int[] items = IntStream.range(0, 400).toArray();
    int[] clusters = IntStream.range(0, 400).map(i -> i / 4).toArray();
    double[] values = IntStream.range(0, 400).mapToDouble(i -> i / 4 % 2).toArray();
    assertThat(ClusterSums.of(items, clusters, 100, values).effectiveSize()).isBetween(94.0, 100.0);
  }

  @Test
  void withoutVarianceEveryImageCountsOnce() {
    int[] items = IntStream.range(0, 40).toArray();
    int[] clusters = IntStream.range(0, 40).map(i -> i / 4).toArray();
    double[] values = IntStream.range(0, 40).mapToDouble(i -> 1).toArray();
    double ratio = Normal.Z / StudentT.quantile975(9);
    assertThat(ClusterSums.of(items, clusters, 10, values).effectiveSize())
        .isCloseTo(10 * ratio * ratio, within(1e-9));
  }

  @Test
  void oneImageIsOneQuestion() {
    assertThat(
            ClusterSums.of(new int[] {0, 1}, new int[] {0, 0}, 1, new double[] {1, 0})
                .effectiveSize())
        .isEqualTo(1);
  }

  /** By hand: 6 both right, 2 only the first, 1 only the second, 1 neither. */
  @Test
  void correlationIsPhiWithContinuityCorrection() {
    var table = new PairedTable();
    count(table, true, true, 6);
    count(table, true, false, 2);
    count(table, false, true, 1);
    count(table, false, false, 1);
    assertThat(table.firstShare()).isEqualTo(0.8);
    assertThat(table.secondShare()).isEqualTo(0.7);
    assertThat(table.correlation(10)).isZero();
    count(table, true, true, 14);
    count(table, false, false, 16);
    assertThat(table.correlation(40))
        .isCloseTo((20 * 17 - 2 - 20) / Math.sqrt(22.0 * 18 * 21 * 19), within(1e-12));
  }

  private static void count(PairedTable table, boolean first, boolean second, int times) {
    for (int i = 0; i < times; i++) {
      table.count(first, second);
    }
  }

  private static void assertInterval(Interval interval, double low, double high) {
    assertThat(interval.low()).isCloseTo(low, within(0.0001));
    assertThat(interval.high()).isCloseTo(high, within(0.0001));
  }
}
