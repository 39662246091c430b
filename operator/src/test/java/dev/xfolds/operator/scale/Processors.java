package dev.xfolds.operator.scale;

import java.util.Map;

/**
 * Seconds of processors, all threads together: where the time of a burst goes.
 *
 * @param apiServer since it began
 * @param operator since it began
 */
record Processors(double apiServer, double operator) {
  static Processors now(Bench bench, OperatorLife operator) {
    return new Processors(
        Scrape.sum(bench.client().raw("/metrics"), "process_cpu_seconds_total", Map.of()),
        operator.processors().toMillis() / 1e3);
  }

  Processors since(Processors before) {
    return new Processors(apiServer - before.apiServer, operator - before.operator);
  }

  @Override
  public String toString() {
    return "processors: %.1f s by the API server, %.1f s by the operator"
        .formatted(apiServer, operator);
  }
}
