package dev.xfolds.evaluator.report;

import dev.xfolds.contract.v1.Comparison;
import dev.xfolds.contract.v1.Contamination;
import dev.xfolds.contract.v1.Score;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Function;

/** Tables of scores, differences and contamination. */
final class ScoreTables {

  private ScoreTables() {}

  /** "question_type=side" as people read it. */
  static String groupLabel(String group) {
    int equals = group.indexOf('=');
    if (equals < 0) {
      return group.equals("overall") ? "all questions" : group;
    }
    String kind = group.substring(0, equals);
    String value = group.substring(equals + 1);
    return switch (kind) {
      case "answer_type" -> value.toLowerCase(java.util.Locale.ROOT) + " answers";
      case "organ" -> "organ " + value;
      default -> value;
    };
  }

  /** In the order of the report. */
  static <T> Map<String, List<T>> grouped(List<T> rows, Function<T, String> group) {
    Map<String, List<T>> groups = new LinkedHashMap<>();
    rows.forEach(
        row ->
            groups.computeIfAbsent(group.apply(row), key -> new java.util.ArrayList<>()).add(row));
    return groups;
  }

  static String scores(List<Score> scores, String caption) {
    SequencedSet<String> subjects = new LinkedHashSet<>();
    scores.forEach(score -> subjects.add(score.getSubject()));
    StringBuilder table = head(caption, subjects.stream().map(Subjects::label).toList());
    grouped(scores, Score::getGroup)
        .forEach(
            (group, row) -> {
              table.append(rowHead(group, row.getFirst().getN()));
              for (String subject : subjects) {
                table.append(
                    row.stream()
                        .filter(score -> score.getSubject().equals(subject))
                        .findFirst()
                        .filter(Score::hasValue)
                        .map(ScoreTables::cell)
                        .orElse("<td>—</td>"));
              }
              table.append("</tr>\n");
            });
    return table.append("</tbody></table></div>\n").toString();
  }

  static String comparisons(List<Comparison> comparisons, String caption) {
    SequencedSet<String> others = new LinkedHashSet<>();
    comparisons.forEach(comparison -> others.add(comparison.getOther()));
    List<String> labels = others.stream().map(other -> "minus " + Subjects.label(other)).toList();
    StringBuilder table = head(caption, labels);
    grouped(comparisons, Comparison::getGroup)
        .forEach(
            (group, row) -> {
              table.append(rowHead(group, row.getFirst().getN()));
              for (String other : others) {
                table.append(
                    row.stream()
                        .filter(comparison -> comparison.getOther().equals(other))
                        .findFirst()
                        .filter(Comparison::hasDifference)
                        .map(ScoreTables::cell)
                        .orElse("<td>—</td>"));
              }
              table.append("</tr>\n");
            });
    return table.append("</tbody></table></div>\n").toString();
  }

  static String contamination(Contamination contamination) {
    StringBuilder out = new StringBuilder();
    if (contamination.getUnknown()) {
      out.append(
          """
          <p class="warning">Contamination unknown: some of the model's weights come from data without \
          fingerprints. The counts cover the known training data only.</p>
          """);
    }
    String images = " of " + Html.count(contamination.getTestImages()) + " test images";
    String questions = " of " + Html.count(contamination.getTestQuestions()) + " test questions";
    out.append("<div class=\"scroll\"><table><caption>Test data found in the training data")
        .append("</caption><tbody>\n");
    line(out, "Image: the same file", contamination.getExactImages(), images);
    line(out, "Image: nearly the same picture", contamination.getNearImages(), images);
    line(out, "Question: the same text", contamination.getExactQuestions(), questions);
    line(
        out,
        "Question: the same words, only after normalising",
        contamination.getNormalizedQuestions(),
        questions);
    line(
        out, "Same words about the same image", contamination.getSameImageAndQuestion(), questions);
    return out.append("</tbody></table></div>\n").toString();
  }

  private static void line(StringBuilder out, String what, int count, String of) {
    out.append("<tr><th scope=\"row\">")
        .append(what)
        .append("</th><td>")
        .append(Html.count(count))
        .append(of)
        .append("</td></tr>\n");
  }

  private static StringBuilder head(String caption, List<String> columns) {
    StringBuilder table = new StringBuilder("<div class=\"scroll\"><table><caption>");
    table.append(Html.escape(caption)).append("</caption><thead><tr>");
    table.append("<th scope=\"col\">group</th><th scope=\"col\">n</th>");
    for (String column : columns) {
      table.append("<th scope=\"col\">").append(Html.escape(column)).append("</th>");
    }
    return table.append("</tr></thead><tbody>\n");
  }

  private static String rowHead(String group, int n) {
    return "<tr><th scope=\"row\">"
        + Html.escape(groupLabel(group))
        + "</th><td>"
        + Html.count(n)
        + "</td>";
  }

  private static String cell(Score score) {
    String interval =
        score.hasCiLow()
            ? Html.percent(score.getCiLow()) + "–" + Html.percent(score.getCiHigh())
            : "";
    return "<td class=\""
        + Subjects.style(score.getSubject())
        + "\"><b>"
        + Html.percent(score.getValue())
        + "</b> <small>"
        + interval
        + "</small></td>";
  }

  private static String cell(Comparison comparison) {
    boolean sure =
        comparison.hasCiLow() && (comparison.getCiLow() > 0 || comparison.getCiHigh() < 0);
    String interval =
        comparison.hasCiLow()
            ? Html.points(comparison.getCiLow()) + " to " + Html.points(comparison.getCiHigh())
            : "";
    return "<td class=\""
        + (sure ? "sure" : "unsure")
        + "\"><b>"
        + Html.points(comparison.getDifference())
        + "</b> <small>"
        + interval
        + "</small></td>";
  }
}
