package dev.xfolds.operator.status;

import static dev.xfolds.operator.status.Decimals.decimal;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.operator.api.BaselineStatus;
import dev.xfolds.operator.api.EvaluationStatus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reports to the scores that status keeps. */
final class Evaluations {
  private static final String ALL_QUESTIONS = "overall";

  private Evaluations() {}

  /** The latest and the best score of each task and protocol, over all its questions. */
  static List<EvaluationStatus> of(List<Report> reports) {
    Map<String, List<EvaluationStatus>> byKey = new LinkedHashMap<>();
    reports.stream()
        .sorted(
            Comparator.comparingLong((Report report) -> report.getFinished().getSeconds())
                .reversed())
        .forEach(
            report -> {
              for (Score score : report.getScoresList()) {
                if (score.getSubject().equals(Subjects.MODEL)
                    && score.getGroup().equals(ALL_QUESTIONS)) {
                  byKey
                      .computeIfAbsent(
                          report.getTask() + " " + score.getProtocol() + " " + score.getMetric(),
                          _ -> new ArrayList<>())
                      .add(evaluation(report, score));
                }
              }
            });
    List<EvaluationStatus> kept = new ArrayList<>();
    for (List<EvaluationStatus> newestFirst : byKey.values()) {
      EvaluationStatus latest = newestFirst.getFirst();
      kept.add(latest);
      newestFirst.stream()
          .filter(status -> status.value() != null)
          .max(Comparator.comparing(status -> new BigDecimal(status.value())))
          .filter(best -> !best.equals(latest))
          .ifPresent(kept::add);
    }
    return kept;
  }

  private static EvaluationStatus evaluation(Report report, Score score) {
    return new EvaluationStatus(
        report.getTask(),
        score.getProtocol(),
        report.getCheckpointDigest(),
        report.getStep(),
        score.getMetric(),
        score.hasValue() ? decimal(score.getValue()) : null,
        score.hasCiLow() ? decimal(score.getCiLow()) : null,
        score.hasCiHigh() ? decimal(score.getCiHigh()) : null,
        score.getN(),
        bestBaseline(report, score));
  }

  /** Of the same protocol and metric; null where no baseline has a value. */
  private static BaselineStatus bestBaseline(Report report, Score model) {
    return report.getScoresList().stream()
        .filter(score -> score.getProtocol().equals(model.getProtocol()))
        .filter(score -> score.getMetric().equals(model.getMetric()))
        .filter(score -> score.getGroup().equals(ALL_QUESTIONS))
        .filter(score -> Subjects.isBaseline(score.getSubject()) && score.hasValue())
        .max(Comparator.comparingDouble(Score::getValue))
        .map(
            best ->
                new BaselineStatus(
                    best.getSubject(),
                    decimal(best.getValue()),
                    best.hasCiLow() ? decimal(best.getCiLow()) : null,
                    best.hasCiHigh() ? decimal(best.getCiHigh()) : null,
                    best.getN()))
        .orElse(null);
  }
}
