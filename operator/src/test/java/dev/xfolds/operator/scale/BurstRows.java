package dev.xfolds.operator.scale;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What bursts say.
 *
 * @param runs of every burst but the large one
 * @param without seconds of each burst without an operator
 * @param with seconds of each burst with it; the one of the same place came right before
 * @param jobs seconds of each burst of plain Jobs
 * @param large runs of the large burst
 * @param largest seconds of it
 * @param memory the operator's peak, MiB
 */
record BurstRows(
    int runs,
    List<Double> without,
    List<Double> with,
    List<Double> jobs,
    int large,
    double largest,
    double memory) {
  private static final double RATIO = 0.6;

  /** A cost that differs by less is taken for the same even where few bursts happen to agree. */
  private static final double LEAST_NOISE = 1.1;

  BurstRows {
    without = List.copyOf(without);
    with = List.copyOf(with);
    jobs = List.copyOf(jobs);
  }

  List<Row> rows() {
    Percentiles ratio = ratios(without);
    Percentiles costs = Percentiles.of(with);
    double noise = Math.max(LEAST_NOISE, costs.greatest() / costs.median());
    return List.of(
        Row.says(
            "runs per second, same objects by flood", runs / Percentiles.of(without).median(), ""),
        Row.says("runs per second, by the operator", runs / costs.median(), ""),
        Row.says(
            "plain Jobs per second, without the rest", runs / Percentiles.of(jobs).median(), ""),
        Row.atLeast("operator's rate / flood's, median", ratio.median(), RATIO, ""),
        Row.says("operator's rate / flood's, least to greatest", spread(ratio)),
        Row.says("operator's rate / plain Jobs', median", ratios(jobs).median(), ""),
        Row.atMost(
            "cost of a run among %d / among %d".formatted(large, runs),
            largest / large / (costs.median() / runs),
            noise,
            ""),
        Row.below("operator's resident memory, peak", memory, 512, "MiB"));
  }

  private Percentiles ratios(List<Double> others) {
    return Percentiles.of(
        IntStream.range(0, with.size()).mapToObj(i -> others.get(i) / with.get(i)).toList());
  }

  private static String spread(Percentiles values) {
    return Row.number(values.least(), "") + " to " + Row.number(values.greatest(), "");
  }
}
