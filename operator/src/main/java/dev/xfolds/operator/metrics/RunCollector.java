package dev.xfolds.operator.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Answers a scrape with the numbers of every run that exists. A process that does not lead knows
 * none. A run that has ended shows what its status keeps, scores and cost, until its TrainingRun is
 * deleted: ten thousand of them are held in memory.
 */
public final class RunCollector extends Collector {
  private final Clock clock;
  private final Map<String, RunNumbers> byUid = new ConcurrentHashMap<>();
  private volatile Predicate<RunNumbers> exists = _ -> true;

  public RunCollector(Clock clock) {
    this.clock = clock;
  }

  /** Tells how to see that a TrainingRun was deleted; its numbers go with the next scrape. */
  public void keepWhile(Predicate<RunNumbers> stillThere) {
    exists = stillThere;
  }

  public void put(RunNumbers numbers) {
    byUid.put(numbers.uid(), numbers);
  }

  /** Of a TrainingRun that is deleted. */
  public void remove(String uid) {
    byUid.remove(uid);
  }

  @Override
  public List<MetricFamilySamples> collect() {
    byUid.values().removeIf(exists.negate());
    Instant now = clock.instant();
    Map<RunMetric, GaugeMetricFamily> families = new EnumMap<>(RunMetric.class);
    Arrays.stream(RunMetric.values())
        .forEach(
            metric ->
                families.put(
                    metric,
                    new GaugeMetricFamily(metric.metric(), metric.help(), metric.labels())));
    for (RunNumbers numbers : byUid.values()) {
      for (Sample sample : RunSamples.of(numbers, now)) {
        families.get(sample.metric()).addMetric(sample.labels(), sample.value());
      }
    }
    return List.copyOf(families.values());
  }
}
