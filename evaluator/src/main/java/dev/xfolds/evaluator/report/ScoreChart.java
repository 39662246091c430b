package dev.xfolds.evaluator.report;

import dev.xfolds.contract.v1.Score;
import java.util.List;
import java.util.Map;

/** Dots with 95 % whiskers: per group one row for each subject. */
final class ScoreChart {

  private static final int WIDTH = 960;
  private static final int LEFT = 190;
  private static final int RIGHT = 250;
  private static final int TOP = 8;
  private static final int ROW = 15;
  private static final int GAP = 12;

  private ScoreChart() {}

  /**
   * @param groups scores by group, none empty
   * @param title what is shown, unescaped
   */
  static String render(Map<String, List<Score>> groups, String title) {
    int rows = groups.values().stream().mapToInt(List::size).sum();
    int bottom = TOP + rows * ROW + groups.size() * GAP;
    StringBuilder svg = new StringBuilder();
    svg.append(
        Html.format(
            """
            <svg class="chart" viewBox="0 0 %d %d" role="img" aria-label="%s">
            """,
            WIDTH, bottom + 30, Html.escape(title + "; the table below has the same numbers")));
    for (int percent = 0; percent <= 100; percent += 20) {
      double x = x(percent / 100.0);
      svg.append(
          Html.format(
              """
              <line class="grid" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/><text x="%.1f" y="%d" text-anchor="middle">%d %%</text>
              """,
              x, x, TOP, bottom, x, bottom + 18, percent));
    }
    double y = TOP;
    for (Map.Entry<String, List<Score>> group : groups.entrySet()) {
      y += GAP / 2.0;
      svg.append(
          Html.format(
              """
              <text class="group" x="%d" y="%.1f" text-anchor="end">%s</text>
              """,
              LEFT - 14, y + ROW / 2.0 + 4, Html.escape(ScoreTables.groupLabel(group.getKey()))));
      for (Score score : group.getValue()) {
        svg.append(row(score, y + ROW / 2.0));
        y += ROW;
      }
      y += GAP / 2.0;
      svg.append(
          Html.format(
              "<line class=\"rule\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
              10, WIDTH - 10, y, y));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String row(Score score, double y) {
    StringBuilder row = new StringBuilder();
    String style = Subjects.style(score.getSubject());
    row.append("<g class=\"").append(style).append("\">");
    if (score.hasCiLow() && score.hasCiHigh()) {
      row.append(
          Html.format(
              "<line class=\"whisker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
              x(score.getCiLow()), x(score.getCiHigh()), y, y));
    }
    if (score.hasValue()) {
      row.append(Subjects.mark(score.getSubject(), x(score.getValue()), y));
    }
    row.append(
        Html.format(
            "<text x=\"%d\" y=\"%.1f\">%s</text></g>%n",
            WIDTH - RIGHT + 16,
            y + 4,
            Html.escape(
                Subjects.label(score.getSubject())
                    + (score.hasValue() ? "  " + Html.percent(score.getValue()) : "  —"))));
    return row.toString();
  }

  private static double x(double share) {
    return LEFT + Math.clamp(share, 0, 1) * (WIDTH - LEFT - RIGHT);
  }
}
