package dev.xfolds.evaluator.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusteredSampleTest {

  private static final int QUESTIONS = 3;

  @Test
  void emptyGroupHasNoValue() {
    var sample = new ClusteredSample(new int[] {0, 1}, 10, 1);
    assertThat(sample.proportion(new int[0], new boolean[2])).isEqualTo(Estimate.NONE);
    assertThat(sample.difference(new int[0], new boolean[2], new boolean[2]).value()).isEmpty();
  }

  @Test
  void shareAndDifferenceAreOfTheGroupAlone() {
    var sample = new ClusteredSample(new int[] {0, 0, 1, 2}, 10, 1);
    boolean[] first = {true, true, false, true};
    boolean[] second = {false, true, true, true};
    Estimate share = sample.proportion(new int[] {0, 1, 2}, first);
    assertThat(share.value()).hasValue(2.0 / 3);
    assertThat(share.n()).isEqualTo(3);
    assertThat(share.images()).isEqualTo(2);
    assertThat(sample.difference(new int[] {0, 1}, first, second).value()).hasValue(0.5);
  }

  @Test
  void sameSeedGivesTheSameIntervalAndAnotherSeedNearlyIt() {
    Estimate one = unevenClusters(7);
    assertThat(unevenClusters(7)).isEqualTo(one);
    Interval other = unevenClusters(8).interval().orElseThrow();
    assertThat(other).isNotEqualTo(one.interval().orElseThrow());
    assertThat(other.low()).isCloseTo(one.interval().orElseThrow().low(), within(0.01));
  }

  private static Estimate unevenClusters(long seed) {
    int[] clusters = IntStream.range(0, 300).map(i -> i < 100 ? i : 100 + (i - 100) / 3).toArray();
    return new ClusteredSample(clusters, 5_000, seed).proportion(all(300), alternating(300));
  }

  /** 300 independent questions at one half: 0.5 ± 1.96 √(0.25 / 300) = ± 0.0566. */
  @Test
  void bootstrapOfIndependentQuestionsIsTheNormalInterval() {
    Interval interval = proportion(alternating(300), 10_000).interval().orElseThrow();
    assertThat(interval.low()).isCloseTo(0.4434, within(0.005));
    assertThat(interval.high()).isCloseTo(0.5566, within(0.005));
  }

  @Test
  void clustersThatAnswerAlikeWidenTheInterval() {
    int[] clusters = IntStream.range(0, 300).map(i -> i / 3).toArray();
    boolean[] right = new boolean[300];
    for (int i = 0; i < right.length; i++) {
      right[i] = i / 3 % 2 == 0;
    }
    Interval clustered =
        new ClusteredSample(clusters, 10_000, 1)
            .proportion(all(300), right)
            .interval()
            .orElseThrow();
    assertThat(clustered.high() - clustered.low()).isCloseTo(2 * 0.098, within(0.01));
  }

  @Test
  void alwaysRightIsNotCertain() {
    boolean[] right = new boolean[60];
    Arrays.fill(right, true);
    Estimate share = proportion(right, 100);
    assertThat(share.interval().orElseThrow().low()).isBetween(0.9, 0.99);
    assertThat(share.interval().orElseThrow().high()).isEqualTo(1);
    Interval difference =
        new ClusteredSample(all(60), 100, 1)
            .difference(all(60), right, new boolean[60])
            .interval()
            .orElseThrow();
    assertThat(difference.low()).isBetween(0.8, 0.99);
  }

  @Test
  void equalAnswersFromManyImagesAreNotCertainlyEqual() {
    boolean[] right = alternating(200);
    Estimate estimate = new ClusteredSample(all(200), 100, 1).difference(all(200), right, right);
    assertThat(estimate.value()).hasValue(0);
    assertThat(estimate.interval().orElseThrow().low()).isBetween(-0.1, -0.005);
    assertThat(estimate.interval().orElseThrow().high()).isBetween(0.005, 0.1);
  }

  @Test
  void bootstrapCoversNearlyAsOftenAsItSaysWithManyImages() {
    double coverage =
        coverage(100, 0.5, sums -> new ClusteredSample(clusters(100), 400, 3).bootstrap(sums));
    assertThat(coverage).isBetween(0.92, 0.98);
  }

  /** The reason for {@link SmallSample}: few images and a share near 1. */
  @Test
  void withFewImagesAndHighSharesTheBootstrapCoversTooLittleAndTheScoreIntervalEnough() {
    var bootstrap = new ClusteredSample(clusters(15), 400, 3);
    assertThat(coverage(15, 0.92, bootstrap::bootstrap)).isLessThan(0.92);
    assertThat(coverage(15, 0.92, SmallSample::proportion)).isGreaterThan(0.94);
  }

  @Test
  void pairedDifferencesCoverWithFewAndManyImages() {
    assertThat(differenceCoverage(15, 0.9, 0.75)).isGreaterThan(0.94);
    assertThat(differenceCoverage(80, 0.6, 0.5)).isBetween(0.92, 0.99);
  }

  private interface Method {
    Interval of(ClusterSums sums);
  }

  /** Share of simulated samples whose interval holds the true share. */
  private static double coverage(int images, double share, Method method) {
    var random = new Random(11);
    int covered = 0;
    int trials = 400;
    for (int t = 0; t < trials; t++) {
      boolean[] right = sample(random, images, share);
      double[] values = new double[right.length];
      for (int i = 0; i < right.length; i++) {
        values[i] = right[i] ? 1 : 0;
      }
      ClusterSums sums = ClusterSums.of(all(right.length), clusters(images), images, values);
      covered += method.of(sums).contains(share) ? 1 : 0;
    }
    return (double) covered / trials;
  }

  private static double differenceCoverage(int images, double first, double second) {
    var random = new Random(12);
    Predicate<Interval> holds = interval -> interval.contains(first - second);
    var sample = new ClusteredSample(clusters(images), 400, 3);
    int covered = 0;
    int trials = 400;
    for (int t = 0; t < trials; t++) {
      Estimate difference =
          sample.difference(
              all(images * QUESTIONS),
              sample(random, images, first),
              sample(random, images, second));
      covered += holds.test(difference.interval().orElseThrow()) ? 1 : 0;
    }
    return (double) covered / trials;
  }

  /** With probability 0.3 all questions about an image share one outcome; else each has its own. */
  private static boolean[] sample(Random random, int images, double share) {
    boolean[] right = new boolean[images * QUESTIONS];
    for (int image = 0; image < images; image++) {
      boolean alike = random.nextDouble() < 0.3;
      boolean common = random.nextDouble() < share;
      for (int q = 0; q < QUESTIONS; q++) {
        right[image * QUESTIONS + q] = alike ? common : random.nextDouble() < share;
      }
    }
    return right;
  }

  private static int[] clusters(int images) {
    return IntStream.range(0, images * QUESTIONS).map(i -> i / QUESTIONS).toArray();
  }

  private static Estimate proportion(boolean[] right, int resamples) {
    return new ClusteredSample(all(right.length), resamples, 1)
        .proportion(all(right.length), right);
  }

  private static boolean[] alternating(int n) {
    boolean[] right = new boolean[n];
    for (int i = 0; i < n; i += 2) {
      right[i] = true;
    }
    return right;
  }

  private static int[] all(int n) {
    return IntStream.range(0, n).toArray();
  }
}
