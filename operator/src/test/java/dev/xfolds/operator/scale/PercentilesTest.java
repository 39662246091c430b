package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PercentilesTest {
  @Test
  void nearestRankIsOneOfTheValues() {
    Percentiles hundred =
        Percentiles.of(IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList());

    assertThat(hundred.at(99)).isEqualTo(99);
    assertThat(hundred.median()).isEqualTo(50);
    assertThat(hundred.at(1)).isEqualTo(1);
    assertThat(hundred.at(100)).isEqualTo(100);
  }

  @Test
  void fewValuesGiveTheGreatestForHighPercents() {
    Percentiles three = Percentiles.of(List.of(3.0, 1.0, 2.0));

    assertThat(three.at(99)).isEqualTo(3);
    assertThat(three.median()).isEqualTo(2);
    assertThat(three.least()).isEqualTo(1);
    assertThat(three.greatest()).isEqualTo(3);
  }

  @Test
  void noValuesHaveNoPercentiles() {
    assertThatThrownBy(() -> Percentiles.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
