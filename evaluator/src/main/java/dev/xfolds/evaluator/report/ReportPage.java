package dev.xfolds.evaluator.report;

import dev.xfolds.contract.v1.Comparison;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunCard;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.evaluator.store.ReportDocument;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page of one run; a function of its reports. */
public final class ReportPage {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

  private ReportPage() {}

  /**
   * HTML that refers to no other file.
   *
   * @param tasks one at least, the newest report of each task
   */
  public static String render(List<TaskPage> tasks) {
    ReportDocument newest =
        tasks.stream()
            .map(TaskPage::document)
            .max(Comparator.comparing(document -> document.report().getStep()))
            .orElseThrow(() -> new IllegalArgumentException("tasks must have at least one"));
    String name = newest.report().getNamespace() + "/" + newest.report().getRun();
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(Html.escape(name))
        .append(" – xfolds report</title>\n<style>\n")
        .append(style())
        .append("</style>\n</head>\n<body>\n<header>\n<p class=\"kicker\">xfolds report</p>\n<h1>")
        .append(Html.escape(name))
        .append("</h1>\n")
        .append(facts(newest));
    page.append("<nav aria-label=\"Tasks\"><ul>");
    for (TaskPage task : tasks) {
      page.append(tile(task.document()));
    }
    page.append("</ul></nav>\n</header>\n<main>\n<section>\n<h2>Training</h2>\n")
        .append("<h3>Loss</h3>\n")
        .append(LossCurve.render(newest.card().getLossList()))
        .append("</section>\n");
    for (TaskPage task : tasks) {
      section(page, task);
    }
    return page.append("</main>\n</body>\n</html>\n").toString();
  }

  private static String facts(ReportDocument newest) {
    RunCard card = newest.card();
    StringBuilder facts = new StringBuilder("<dl class=\"facts\">\n");
    fact(facts, "Checkpoint", shortDigest(newest.report().getCheckpointDigest()));
    fact(facts, "Step", Html.count(newest.report().getStep()));
    fact(facts, "Parameters", Html.count(card.getParameters()));
    fact(facts, "Training time up to this checkpoint", duration(card.getTrainingSeconds()));
    fact(
        facts,
        "PF-days up to this checkpoint, counted",
        Html.format("%.3g", card.getCountedPfDays()));
    fact(facts, "PF-days up to this checkpoint, peak", Html.format("%.3g", card.getPeakPfDays()));
    fact(facts, "Precision", newest.key().precision());
    fact(facts, "Plan", shortDigest(card.getPlanDigest()));
    return facts.append("</dl>\n").toString();
  }

  private static void fact(StringBuilder out, String what, String value) {
    out.append("<div><dt>")
        .append(what)
        .append("</dt><dd>")
        .append(Html.escape(value))
        .append("</dd></div>\n");
  }

  private static String tile(ReportDocument document) {
    String task = Html.escape(document.report().getTask());
    String value =
        find(document, "model")
            .filter(Score::hasValue)
            .map(
                score ->
                    "<b>"
                        + Html.percent(score.getValue())
                        + " %</b> <small>95 % interval "
                        + Html.percent(score.getCiLow())
                        + "–"
                        + Html.percent(score.getCiHigh())
                        + ", n = "
                        + Html.count(score.getN())
                        + "</small>")
            .orElse("<b>—</b>");
    return "<li><a href=\"#" + task + "\">" + task + "</a> " + value + "</li>\n";
  }

  private static void section(StringBuilder page, TaskPage task) {
    ReportDocument document = task.document();
    Report report = document.report();
    String name = Html.escape(report.getTask());
    page.append("<section id=\"").append(name).append("\">\n<h2>").append(name).append("</h2>\n");
    page.append("<p class=\"about\">").append(Html.escape(sentence(document))).append("</p>\n");
    page.append(findings(document));
    boolean first = true;
    for (String protocol : document.protocols()) {
      page.append(
          first ? "" : "<details>\n<summary>Protocol " + Html.escape(protocol) + "</summary>\n");
      protocol(page, report, protocol);
      page.append(first ? "" : "</details>\n");
      first = false;
    }
    page.append("<h3>Contamination</h3>\n")
        .append(ScoreTables.contamination(report.getContamination()));
    if (!task.examples().isEmpty()) {
      page.append("<h3>").append(task.examples().size()).append(" questions</h3>\n");
      page.append(
          "<p>A seeded choice, right and wrong ones mixed: not in the proportion of the score.</p>\n");
      page.append(ExampleCards.render(task.examples()));
    }
    page.append("</section>\n");
  }

  private static String sentence(ReportDocument document) {
    Report report = document.report();
    return "%s questions. Origin: %s. Licence: %s. Evaluated %s at step %s; this run has asked this test %s."
        .formatted(
            Html.count(document.taskData().questions()),
            document.taskData().origin(),
            document.taskData().licence(),
            TIME.format(Instant.ofEpochSecond(report.getFinished().getSeconds())),
            Html.count(report.getStep()),
            report.getTimesAsked() == 1 ? "once" : Html.count(report.getTimesAsked()) + " times");
  }

  /** What the overall differences say, in words. */
  private static String findings(ReportDocument document) {
    StringBuilder list = new StringBuilder("<ul class=\"findings\">\n");
    finding(document, "best-baseline", "the best baseline that sees no pixels")
        .ifPresent(list::append);
    finding(document, "shuffled-images", "the same model on other questions' images")
        .ifPresent(list::append);
    finding(document, "blank-images", "the same model on blank images").ifPresent(list::append);
    return list.append("</ul>\n").toString();
  }

  private static Optional<String> finding(ReportDocument document, String other, String words) {
    return document.report().getComparisonsList().stream()
        .filter(c -> c.getProtocol().equals(document.protocols().getFirst()))
        .filter(c -> c.getGroup().equals("overall") && c.getOther().equals(other))
        .filter(c -> c.hasDifference() && c.hasCiLow())
        .findFirst()
        .map(c -> "<li>" + finding(c, words) + "</li>\n");
  }

  private static String finding(Comparison comparison, String words) {
    String verdict =
        comparison.getCiLow() > 0
            ? "above " + words
            : comparison.getCiHigh() < 0 ? "below " + words : "not told apart from " + words;
    return Html.format(
        "<b>%s points</b> <small>(%s to %s, n = %s)</small>: %s",
        Html.points(comparison.getDifference()),
        Html.points(comparison.getCiLow()),
        Html.points(comparison.getCiHigh()),
        Html.count(comparison.getN()),
        verdict);
  }

  private static void protocol(StringBuilder page, Report report, String protocol) {
    List<Score> scores =
        report.getScoresList().stream().filter(s -> s.getProtocol().equals(protocol)).toList();
    List<Comparison> comparisons =
        report.getComparisonsList().stream().filter(c -> c.getProtocol().equals(protocol)).toList();
    if (scores.isEmpty()) {
      return;
    }
    String metric = scores.getFirst().getMetric();
    page.append("<h3>Scores by protocol ").append(Html.escape(protocol)).append("</h3>\n");
    page.append("<figure>\n")
        .append(ScoreChart.render(charted(scores), metric + " by protocol " + protocol))
        .append("<figcaption>")
        .append(Html.escape(metric))
        .append(
            " in %, with 95 % intervals clustered on images: bootstrap; below 50 images, or outside of 10 to 90 %, Wilson or Newcombe adjusted by the design effect.")
        .append("</figcaption>\n</figure>\n");
    page.append(
        ScoreTables.scores(scores, metric + " in %, with 95 % intervals clustered on images"));
    if (!comparisons.isEmpty()) {
      page.append(
          ScoreTables.comparisons(
              comparisons,
              "Model minus another on the same questions, in points, with 95 % intervals;"
                  + " bold where 0 lies outside"));
    }
  }

  private static Map<String, List<Score>> charted(List<Score> scores) {
    return ScoreTables.grouped(
        scores.stream()
            .filter(score -> score.getN() > 0 && !score.getGroup().startsWith("organ="))
            .toList(),
        Score::getGroup);
  }

  private static Optional<Score> find(ReportDocument document, String subject) {
    return document.report().getScoresList().stream()
        .filter(score -> score.getProtocol().equals(document.protocols().getFirst()))
        .filter(score -> score.getGroup().equals("overall"))
        .filter(score -> score.getSubject().equals(subject))
        .findFirst();
  }

  private static String shortDigest(String digest) {
    return digest.isEmpty() ? "—" : digest.substring(0, Math.min(16, digest.length()));
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return Html.format("%.1f s", seconds);
    }
    if (whole < 3600) {
      return Html.format("%d min %02d s", whole / 60, whole % 60);
    }
    return Html.format("%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
