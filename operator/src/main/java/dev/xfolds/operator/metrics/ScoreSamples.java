package dev.xfolds.operator.metrics;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.operator.api.BaselineStatus;
import dev.xfolds.operator.api.EvaluationStatus;
import dev.xfolds.operator.status.Subjects;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The latest score of each task, protocol and subject; never a value without its interval and n.
 */
final class ScoreSamples {
  private final RunNumbers numbers;
  private final Set<List<String>> told = new HashSet<>();
  private final List<Sample> samples = new ArrayList<>();

  private ScoreSamples(RunNumbers numbers) {
    this.numbers = numbers;
  }

  static List<Sample> of(RunNumbers numbers) {
    ScoreSamples all = new ScoreSamples(numbers);
    numbers.reports().stream()
        .sorted(Comparator.comparingLong(ScoreSamples::finished).reversed())
        .forEach(all::report);
    if (numbers.reports().isEmpty()) {
      numbers.status().evaluations().forEach(all::remembered);
    }
    return all.samples;
  }

  private void report(Report report) {
    for (Score score : report.getScoresList()) {
      List<String> labels =
          labels(report.getTask(), score.getProtocol(), score.getMetric(), score.getSubject());
      boolean whole = score.hasValue() && score.hasCiLow() && score.hasCiHigh();
      if (score.getGroup().equals("overall") && whole && told.add(labels)) {
        add(labels, score.getValue(), score.getCiLow(), score.getCiHigh(), score.getN());
        samples.add(new Sample(RunMetric.SCORE_STEP, labels, report.getStep()));
      }
    }
  }

  /** Status lists the latest before the best, and of the baselines only the best. */
  private void remembered(EvaluationStatus status) {
    List<String> labels = labels(status, Subjects.MODEL);
    if (isWhole(status.value(), status.ciLow(), status.ciHigh(), status.n()) && told.add(labels)) {
      add(labels, status.value(), status.ciLow(), status.ciHigh(), status.n(), status.step());
      BaselineStatus best = status.bestBaseline();
      if (best != null && isWhole(best.value(), best.ciLow(), best.ciHigh(), best.n())) {
        add(
            labels(status, best.name()),
            best.value(),
            best.ciLow(),
            best.ciHigh(),
            best.n(),
            status.step());
      }
    }
  }

  private static boolean isWhole(Object... parts) {
    return Stream.of(parts).allMatch(Objects::nonNull);
  }

  /**
   * What status remembers.
   *
   * @param step null where an operator of before did not write it down
   */
  private void add(
      List<String> labels, String value, String low, String high, Integer n, Long step) {
    add(labels, Double.parseDouble(value), Double.parseDouble(low), Double.parseDouble(high), n);
    if (step != null) {
      samples.add(new Sample(RunMetric.SCORE_STEP, labels, step));
    }
  }

  private void add(List<String> labels, double value, double low, double high, int n) {
    samples.add(new Sample(RunMetric.SCORE, labels, value));
    samples.add(new Sample(RunMetric.SCORE_CI_LOW, labels, low));
    samples.add(new Sample(RunMetric.SCORE_CI_HIGH, labels, high));
    samples.add(new Sample(RunMetric.SCORE_QUESTIONS, labels, n));
  }

  private List<String> labels(EvaluationStatus status, String subject) {
    return labels(status.task(), status.protocol(), status.metric(), subject);
  }

  private List<String> labels(String task, String protocol, String metric, String subject) {
    return List.of(numbers.namespace(), numbers.run(), task, protocol, metric, subject);
  }

  private static long finished(Report report) {
    return report.getFinished().getSeconds();
  }
}
