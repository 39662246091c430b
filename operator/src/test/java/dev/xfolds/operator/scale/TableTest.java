package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void saysWhetherTargetsAreMet() {
    String text =
        Table.section(
            "10000 idle runs",
            List.of(
                Row.atMost("p99", 0.5, 1, "s"),
                Row.below("memory", 512, 512, "MiB"),
                Row.atLeast("ratio", 0.59, 0.6, ""),
                Row.says("p50", 123.456, "s")));

    assertThat(text.lines())
        .containsExactly(
            "10000 idle runs",
            "  p99                                                    0.50 s     <= 1 s ok",
            "  memory                                                512 MiB  < 512 MiB short",
            "  ratio                                                    0.59    >= 0.60 short",
            "  p50                                                     123 s");
  }

  @Test
  void fitsEightyColumns() {
    Row longest = Row.atMost("operator's rate / flood's, least to greatest", 12345.6, 512, "MiB");

    assertThat(
            Stream.of(Table.head("title"), Table.section("", List.of(longest)))
                .flatMap(String::lines))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }
}
