package dev.xfolds.evaluator.cli;

import dev.xfolds.evaluator.metric.Groups;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.scorecard.Comparison;
import dev.xfolds.evaluator.scorecard.Score;
import dev.xfolds.evaluator.scorecard.Scorecard;
import dev.xfolds.evaluator.statistics.Estimate;
import dev.xfolds.evaluator.statistics.Interval;
import dev.xfolds.evaluator.task.TaskData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The score command's table, at most 80 columns wide. */
final class ScoreTable {

  private static final int NAME = 24;

  private record Baseline(String subject, String head, String legend) {}

  private static final List<Baseline> BASELINES =
      List.of(
          new Baseline("chance", "chance", "one of the choices at random"),
          new Baseline("majority", "major", "most frequent training answer, by answer type"),
          new Baseline("majority-question-type", "type", "by question type and answer type"),
          new Baseline(
              "majority-nearest-question", "quest", "among the nearest training questions"),
          new Baseline(
              "nearest-question-other-image",
              "other",
              "answer of the nearest training question, other images"),
          new Baseline(
              "nearest-question-same-image",
              "same",
              "answer of the nearest training question, same image"));

  private final Scorecard card;
  private final String protocol;
  private final List<Baseline> baselines;

  private ScoreTable(Scorecard card, String protocol) {
    this.card = card;
    this.protocol = protocol;
    this.baselines =
        BASELINES.stream()
            .filter(
                baseline -> card.score(protocol, Groups.OVERALL, baseline.subject()).isPresent())
            .toList();
  }

  static List<String> lines(TaskData data, Protocol protocol, Scorecard card) {
    var table = new ScoreTable(card, protocol.name());
    Estimate overall =
        card.score(protocol.name(), Groups.OVERALL, Scorecard.MODEL).orElseThrow().estimate();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, protocol %s: %s in %%, n = %d, images = %d"
            .formatted(
                data.task().id(),
                protocol.name(),
                data.task().metric().label(),
                overall.n(),
                overall.images()));
    lines.add("");
    lines.add(table.head());
    var scores = new Sections(lines);
    card.scores().stream()
        .filter(score -> score.subject().equals(Scorecard.MODEL))
        .forEach(score -> scores.add(score.group(), table.row(score)));
    lines.add("");
    lines.add("paired difference to the best baseline of each group, in points");
    var differences = new Sections(lines);
    card.comparisons().stream()
        .filter(comparison -> comparison.other().equals(Scorecard.BEST_BASELINE))
        .forEach(one -> differences.add(one.group(), table.row(one)));
    lines.add("");
    lines.add("95 %: clustered by image. Baselines see no pixels:");
    table.baselines.forEach(
        baseline -> lines.add("  %-6s  %s".formatted(baseline.head(), baseline.legend())));
    return lines;
  }

  private String head() {
    var line = new StringBuilder(" ".repeat(NAME));
    line.append("%5s%8s%13s".formatted("n", "model", "95 %"));
    baselines.forEach(baseline -> line.append("%6s".formatted(baseline.head())));
    return line.toString();
  }

  /** Rows below the kind of group that they belong to. */
  private static final class Sections {
    private final List<String> lines;
    private String section = "";

    Sections(List<String> lines) {
      this.lines = lines;
    }

    void add(String group, String row) {
      int equals = group.indexOf('=');
      if (equals >= 0 && !group.substring(0, equals).equals(section)) {
        section = group.substring(0, equals);
        lines.add(section.replace('_', ' '));
      }
      lines.add(row);
    }
  }

  private static StringBuilder row(String group) {
    int equals = group.indexOf('=');
    String name = equals < 0 ? group : "  " + group.substring(equals + 1);
    var line = new StringBuilder();
    line.append(name.length() <= NAME ? name : name.substring(0, NAME - 3) + "...");
    return line.append(" ".repeat(NAME - line.length()));
  }

  private String row(Comparison comparison) {
    Estimate difference = comparison.difference();
    return row(comparison.group())
        .append("%5d".formatted(difference.n()))
        .append("%8s".formatted(points(difference.value())))
        .append(
            difference
                .interval()
                .map(
                    ci ->
                        "  [%s, %s]"
                            .formatted(
                                points(OptionalDouble.of(ci.low())),
                                points(OptionalDouble.of(ci.high()))))
                .orElse("  -"))
        .toString();
  }

  private static String points(OptionalDouble share) {
    return share.isEmpty() ? "-" : String.format(Locale.ROOT, "%+.1f", 100 * share.getAsDouble());
  }

  private String row(Score score) {
    var line = row(score.group());
    Estimate estimate = score.estimate();
    line.append("%5d%8s".formatted(estimate.n(), cell(estimate, 2)));
    line.append("%13s".formatted(estimate.interval().map(ScoreTable::range).orElse("-")));
    for (Baseline baseline : baselines) {
      Estimate other =
          card.score(protocol, score.group(), baseline.subject()).orElseThrow().estimate();
      line.append("%6s".formatted(cell(other, 1)));
    }
    return line.toString();
  }

  private static String cell(Estimate estimate, int digits) {
    return estimate.n() == 0 ? "-" : Percent.of(estimate, digits).toPlainString();
  }

  private static String range(Interval interval) {
    return String.format(Locale.ROOT, "%.1f-%.1f", 100 * interval.low(), 100 * interval.high());
  }
}
