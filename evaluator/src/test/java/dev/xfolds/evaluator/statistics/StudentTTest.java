package dev.xfolds.evaluator.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTTest {

  @ParameterizedTest
  @CsvSource({
    "1,12.7062",
    "2,4.3027",
    "3,3.1824",
    "5,2.5706",
    "9,2.2622",
    "29,2.0452",
    "99,1.9842"
  })
  void agreesWithTheTables(int degrees, double expected) {
    assertThat(StudentT.quantile975(degrees))
        .isCloseTo(expected, within(degrees < 5 ? 0.02 : 0.001));
  }
}
