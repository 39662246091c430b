package dev.xfolds.trainer.progress;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of metrics.jsonl and one event of TensorBoard: values after a step, by name.
 *
 * @param values loss, learningRate, gradientNorm, samplesPerSecond, validationLoss, ...; in this
 *     order
 */
public record MetricLine(long step, Map<String, Double> values) {

  public MetricLine {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
