package dev.xfolds.operator.metrics;

import java.util.List;

/**
 * One value of a metric.
 *
 * @param labels values, in the order of the metric's labels
 */
record Sample(RunMetric metric, List<String> labels, double value) {
  Sample {
    labels = List.copyOf(labels);
    if (labels.size() != metric.labels().size()) {
      throw new IllegalArgumentException(
          "%s has labels %s, was given %s".formatted(metric.metric(), metric.labels(), labels));
    }
  }
}
