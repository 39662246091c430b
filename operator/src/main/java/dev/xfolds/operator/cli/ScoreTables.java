package dev.xfolds.operator.cli;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.xfolds.contract.v1.Comparison;
import dev.xfolds.contract.v1.Contamination;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.operator.status.Subjects;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Scores of one report as text of 80 columns: each with its n and interval, beside what needs no
 * pixels.
 */
final class ScoreTables {
  private static final String OVERALL = "overall";
  private static final int MAX_BASELINES = 5;

  private ScoreTables() {}

  /** The tables of each protocol: the first in full, the others without question types. */
  static List<String> of(Report report) {
    List<String> lines = new ArrayList<>();
    boolean first = true;
    for (String protocol : protocols(report)) {
      lines.addAll(protocol(report, protocol, first));
      first = false;
    }
    lines.addAll(contamination(report.getContamination()));
    if (report.getTimesAsked() > 1) {
      lines.add(
          format("  this run has been evaluated on this test %d times", report.getTimesAsked()));
    }
    return lines;
  }

  /** The model's score over all questions by the first protocol. */
  static Optional<Score> headline(Report report) {
    return report.getScoresList().stream()
        .filter(
            score -> score.getSubject().equals(Subjects.MODEL) && score.getGroup().equals(OVERALL))
        .findFirst();
  }

  /** The model's difference to another subject over all questions by the first protocol. */
  static Optional<Comparison> headlineComparison(Report report, String other) {
    return report.getComparisonsList().stream()
        .filter(c -> c.getOther().equals(other) && c.getGroup().equals(OVERALL))
        .findFirst();
  }

  /** {@code 95.6 [94.1, 96.8]}, in percent; a group without questions has no score. */
  static String percent(Score score) {
    return score.hasValue()
        ? format("%.1f", 100 * score.getValue())
            + (score.hasCiLow()
                ? format(" [%.1f, %.1f]", 100 * score.getCiLow(), 100 * score.getCiHigh())
                : "")
        : "-";
  }

  /** {@code +51.4 [+49.0, +53.6]}, in percentage points. */
  static String points(Comparison comparison) {
    return comparison.hasDifference()
        ? format("%+.1f", 100 * comparison.getDifference())
            + (comparison.hasCiLow()
                ? format(
                    " [%+.1f, %+.1f]", 100 * comparison.getCiLow(), 100 * comparison.getCiHigh())
                : "")
        : "-";
  }

  private static Set<String> protocols(Report report) {
    Set<String> names = new LinkedHashSet<>();
    report.getScoresList().forEach(score -> names.add(score.getProtocol()));
    return names;
  }

  private static List<String> protocol(Report report, String protocol, boolean full) {
    List<Score> scores =
        report.getScoresList().stream()
            .filter(score -> score.getProtocol().equals(protocol))
            .toList();
    List<Comparison> comparisons =
        report.getComparisonsList().stream()
            .filter(comparison -> comparison.getProtocol().equals(protocol))
            .toList();
    List<String> groups =
        scores.stream()
            .map(Score::getGroup)
            .distinct()
            .filter(group -> isShown(group, full))
            .toList();
    List<String> baselines =
        scores.stream()
            .map(Score::getSubject)
            .distinct()
            .filter(s -> Subjects.isBaseline(s))
            .limit(MAX_BASELINES)
            .toList();
    String metric = scores.isEmpty() ? "score" : scores.getFirst().getMetric();
    List<String> lines = new ArrayList<>();
    lines.add(
        format("  protocol %s: %s in %%, 95 %% intervals clustered by image", protocol, metric));
    StringBuilder head = new StringBuilder(format("  %-16s%6s  %-19s", "", "n", Subjects.MODEL));
    baselines.forEach(name -> head.append(format("%7s", column(name))));
    lines.add(head.toString().stripTrailing());
    for (String group : groups) {
      lines.add(row(scores, group, baselines));
    }
    if (full && baselines.contains("majority")) {
      lines.addAll(legend(baselines));
    }
    lines.addAll(differences(comparisons, groups));
    return lines;
  }

  /** Explains the columns that are printed. */
  private static List<String> legend(List<String> baselines) {
    List<String> lines = new ArrayList<>();
    lines.add("  without pixels: major, type, quest: most frequent answer, by question type,");
    if (baselines.contains("nearest-question-same-image")) {
      lines.add("  among the nearest training questions; other, same: answer of the nearest");
      lines.add("  training question about another image, about the same image");
    } else if (baselines.contains("nearest-question-other-image")) {
      lines.add("  among the nearest training questions; other: answer of the nearest");
      lines.add("  training question about another image");
    } else {
      lines.add("  among the nearest training questions");
    }
    return lines;
  }

  private static String row(List<Score> scores, String group, List<String> baselines) {
    Optional<Score> model = find(scores, group, Subjects.MODEL);
    StringBuilder line =
        new StringBuilder(
            format(
                "  %-16s%6d  %-19s",
                shortened(group),
                model.map(Score::getN).orElse(0),
                model.map(ScoreTables::percent).orElse("-")));
    for (String name : baselines) {
      line.append(
          format(
              "%7s",
              find(scores, group, name)
                  .filter(Score::hasValue)
                  .map(score -> format("%.1f", 100 * score.getValue()))
                  .orElse("-")));
    }
    return line.toString().stripTrailing();
  }

  private static List<String> differences(List<Comparison> comparisons, List<String> groups) {
    List<String> others = List.of("best-baseline", "shuffled-images", "blank-images");
    if (comparisons.stream().noneMatch(comparison -> others.contains(comparison.getOther()))) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "  %-16s%-21s%-21s%s",
            "paired: model -", "best baseline", "shuffled images", "blank images"));
    for (String group : groups) {
      StringBuilder line = new StringBuilder(format("  %-16s", shortened(group)));
      for (String other : others) {
        line.append(
            format(
                "%-21s",
                comparisons.stream()
                    .filter(c -> c.getGroup().equals(group) && c.getOther().equals(other))
                    .findFirst()
                    .map(ScoreTables::points)
                    .orElse("-")));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static List<String> contamination(Contamination found) {
    List<String> lines = new ArrayList<>();
    if (found.getUnknown()) {
      lines.add("  contamination unknown: some weights came from elsewhere");
    }
    int sameWords = found.getExactQuestions() + found.getNormalizedQuestions();
    if (found.getExactImages() + found.getNearImages() + sameWords == 0) {
      return lines;
    }
    lines.add(
        format(
            "  seen in training: %d of %d test images (%d more nearly)",
            found.getExactImages(), found.getTestImages(), found.getNearImages()));
    lines.add(
        format(
            "  words seen in training: of %d of %d questions, of %d about the same image",
            sameWords, found.getTestQuestions(), found.getSameImageAndQuestion()));
    return lines;
  }

  private static boolean isShown(String group, boolean full) {
    return group.equals(OVERALL)
        || group.startsWith("answer_type=")
        || (full && group.startsWith("question_type="));
  }

  private static Optional<Score> find(List<Score> scores, String group, String subject) {
    return scores.stream()
        .filter(score -> score.getGroup().equals(group) && score.getSubject().equals(subject))
        .findFirst();
  }

  private static String shortened(String group) {
    String name = group.substring(group.indexOf('=') + 1).toLowerCase(Locale.ROOT);
    return name.length() <= 15 ? name : name.substring(0, 14) + "~";
  }

  private static String column(String baseline) {
    return switch (baseline) {
      case "majority-question-type" -> "type";
      case "majority-nearest-question" -> "quest";
      case "nearest-question-other-image" -> "other";
      case "nearest-question-same-image" -> "same";
      case "majority" -> "major";
      default -> baseline.length() <= 6 ? baseline : baseline.substring(0, 5) + "~";
    };
  }

  @FormatMethod
  private static String format(@FormatString String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
