package dev.xfolds.evaluator.report;

import java.util.List;
import java.util.Optional;

/** Questions with image, truth and answer. */
final class ExampleCards {

  private static final int MAX_TEXT = 600;

  private ExampleCards() {}

  static String render(List<Example> examples) {
    StringBuilder cards = new StringBuilder("<ol class=\"cards\">\n");
    for (Example example : examples) {
      cards.append(card(example));
    }
    return cards.append("</ol>\n").toString();
  }

  private static String card(Example example) {
    StringBuilder card = new StringBuilder("<li class=\"card\">\n");
    Optional<String> image = Thumbnail.dataUri(example.image());
    card.append(
        image
            .map(uri -> "<img alt=\"The question's image\" src=\"" + uri + "\">\n")
            .orElse("<p class=\"warning\">The image cannot be shown.</p>\n"));
    if (!example.question().isEmpty()) {
      card.append("<p class=\"question\">").append(text(example.question())).append("</p>\n");
    }
    card.append("<dl><dt>truth</dt><dd>")
        .append(text(String.join(" | ", example.truth())))
        .append("</dd><dt>model</dt><dd>")
        .append(example.answer().isBlank() ? "<i>(empty)</i>" : text(example.answer()))
        .append("</dd></dl>\n<p class=\"")
        .append(example.right() ? "right\">✓ right" : "wrong\">✗ wrong")
        .append("</p>\n</li>\n");
    return card.toString();
  }

  private static String text(String text) {
    int end = text.offsetByCodePoints(0, Math.min(MAX_TEXT, text.codePointCount(0, text.length())));
    return Html.escape(text.substring(0, end)) + (end < text.length() ? "…" : "");
  }
}
