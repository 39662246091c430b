package dev.xfolds.evaluator.report;

import java.util.List;

/** How those who answered are called and drawn. */
final class Subjects {

  private static final List<String> MARKS =
      List.of(
          "<circle cx=\"%1$.1f\" cy=\"%2$.1f\" r=\"4.5\"/>",
          "<path d=\"M%1$.1f %2$.1fm-4.5 0l4.5 -4.5l4.5 4.5l-4.5 4.5z\"/>",
          "<path d=\"M%1$.1f %2$.1fm-4 -4h8v8h-8z\"/>",
          "<path d=\"M%1$.1f %2$.1fm-4.5 4l4.5 -8l4.5 8z\"/>",
          "<path d=\"M%1$.1f %2$.1fm-4.5 -4l4.5 8l4.5 -8z\"/>");

  private Subjects() {}

  static String label(String subject) {
    return switch (subject) {
      case "model" -> "model";
      case "shuffled-images" -> "model, shuffled images";
      case "blank-images" -> "model, blank images";
      case "majority" -> "majority answer";
      case "nearest-question-other-image" -> "nearest question, other image";
      case "nearest-question-same-image" -> "nearest question, same image";
      case "best-baseline" -> "best baseline";
      default -> subject;
    };
  }

  /** The class that gives a subject its colour. */
  static String style(String subject) {
    return switch (subject) {
      case "model" -> "model";
      case "shuffled-images", "blank-images" -> "control";
      default -> "baseline";
    };
  }

  /** An SVG mark at a place; its shape tells subjects apart without their colour. */
  static String mark(String subject, double x, double y) {
    int shape =
        switch (subject) {
          case "model" -> 0;
          case "shuffled-images", "majority", "chance" -> 1;
          case "blank-images", "nearest-question-other-image" -> 2;
          case "nearest-question-same-image" -> 3;
          default -> 4;
        };
    return Html.format(MARKS.get(shape), x, y);
  }
}
