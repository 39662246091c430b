package dev.xfolds.datasets.read;

import dev.xfolds.datasets.DataException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;

/** A format with the name that a TrainingRun gives it. */
public sealed interface NamedFormat permits VqaFormat, CaptionFormat {

  String yamlName();

  static <F extends NamedFormat> F named(String name, F[] formats) {
    for (F format : formats) {
      if (format.yamlName().equals(name)) {
        return format;
      }
    }
    F nearest =
        Arrays.stream(formats)
            .min(Comparator.comparingInt(format -> distance(format.yamlName(), name)))
            .orElseThrow();
    throw new DataException(
        "format must be one of %s, was %s; nearest: %s"
            .formatted(
                Arrays.stream(formats).map(NamedFormat::yamlName).collect(Collectors.joining(", ")),
                name,
                nearest.yamlName()));
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
