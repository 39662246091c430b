package dev.xfolds.datasets.phantom;

import java.util.List;

/** Sentences that tell modality, plane, region, and number, size and side of the lesions. */
final class Caption {

  private static final List<String> NUMBERS = List.of("no", "one", "two", "three");

  private Caption() {}

  /** One sentence in one of four wordings. */
  static String of(PhantomImage image) {
    String view = image.plane().answer() + " " + image.modality().title();
    String region = image.region().answer();
    String finding = finding(image);
    return switch (image.phrasing()) {
      case 0 -> "%s of the %s with %s.".formatted(capital(view), region, finding);
      case 1 -> "%s image of the %s showing %s.".formatted(capital(view), region, finding);
      case 2 -> "%s in the %s, %s.".formatted(capital(finding), region, view);
      default -> "%s, %s: %s.".formatted(capital(region), view, finding);
    };
  }

  /** {@code two small lesions on the left side of the image}, or {@code no lesion}. */
  static String finding(PhantomImage image) {
    int count = image.lesions().size();
    if (count == 0) {
      return "no lesion";
    }
    Lesion first = image.lesions().getFirst();
    return "%s %s %s on the %s side of the image"
        .formatted(
            NUMBERS.get(count),
            first.size().answer(),
            count == 1 ? "lesion" : "lesions",
            first.side().answer());
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
