package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ScrapeTest {
  private static final String TEXT =
      """
      # HELP passes_count Passes
      # TYPE passes_count counter
      passes_count{result="success",flow="a"} 1.5e3
      passes_count{result="error",flow="ab"} 2
      passes_count_created{result="error"} 100
      leader 1.0
      """;

  @Test
  void sumsAllSamplesOfAName() {
    assertThat(Scrape.sum(TEXT, "passes_count", Map.of())).isEqualTo(1502);
    assertThat(Scrape.sum(TEXT, "leader", Map.of())).isEqualTo(1);
  }

  @Test
  void labelsChoose() {
    assertThat(Scrape.sum(TEXT, "passes_count", Map.of("result", "error"))).isEqualTo(2);
    assertThat(Scrape.sum(TEXT, "passes_count", Map.of("flow", "a"))).isEqualTo(1500);
    assertThat(Scrape.sum(TEXT, "passes_count", Map.of("flow", "b"))).isZero();
  }

  @Test
  void anAbsentNameIsZero() {
    assertThat(Scrape.sum(TEXT, "passes", Map.of())).isZero();
  }
}
