package dev.xfolds.evaluator.protocol;

import java.util.Collection;
import java.util.Comparator;

/** A task or protocol that does not exist; the message says which name is nearest. */
public final class UnknownNameException extends RuntimeException {

  /**
   * @param what "task" or "protocol of vqa-rad@1"
   * @param known at least one
   */
  public UnknownNameException(String what, String name, Collection<String> known) {
    super(
        "unknown %s \"%s\": did you mean \"%s\"? Known: %s"
            .formatted(what, name, nearest(name, known), String.join(", ", known)));
  }

  /** The known name with the smallest edit distance; the first of equals. */
  private static String nearest(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .orElseThrow(() -> new IllegalArgumentException("known names must not be empty"));
  }

  /** Levenshtein distance: insertions, deletions and substitutions cost 1 each. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
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
