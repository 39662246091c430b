package dev.xfolds.evaluator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.evaluator.statistics.Estimate;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentTest {

  /** As Python's round(100 * c / n, 2); 1/32 is a tie, which goes to the even digit. */
  @ParameterizedTest
  @CsvSource({"321,451,71.18", "1,3,33.33", "2,3,66.67", "1,32,3.12", "3,32,9.38", "0,7,0.00"})
  void roundsLikeThePublishedScorers(int right, int n, String expected) {
    Estimate estimate = new Estimate(n, n, OptionalDouble.of((double) right / n), Optional.empty());
    assertThat(Percent.of(estimate, 2).toPlainString()).isEqualTo(expected);
  }
}
