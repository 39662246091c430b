package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BurstRowsTest {
  @Test
  void ratioIsOfPairs() {
    List<Row> rows =
        new BurstRows(
                500,
                List.of(10.0, 12.0, 20.0),
                List.of(20.0, 15.0, 25.0),
                List.of(5.0, 5.0, 5.0),
                2_000,
                84.0,
                100)
            .rows();

    assertThat(rows)
        .contains(
            Row.says("runs per second, by the operator", 25, ""),
            Row.atLeast("operator's rate / flood's, median", 0.8, 0.6, ""),
            Row.says("operator's rate / flood's, least to greatest", "0.50 to 0.80"),
            Row.atMost("cost of a run among 2000 / among 500", 1.05, 1.25, ""));
  }
}
