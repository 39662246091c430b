package dev.xfolds.operator.api;

import java.util.Collection;
import java.util.Optional;

/** Which known name somebody may have meant. */
public final class Names {

  private Names() {}

  /**
   * The known name with the fewest edits (insert, delete, replace, swap neighbours), the first of
   * equals; none if more than half of the letters would change.
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int edits = edits(name, candidate);
      if (edits < least) {
        best = candidate;
        least = edits;
      }
    }
    return best != null && least * 2 <= Math.max(name.length(), best.length())
        ? Optional.of(best)
        : Optional.empty();
  }

  /** The end of a message: {@code did you mean "steps"?}, or all the known names. */
  public static String suggestion(String name, Collection<String> known) {
    return nearest(name, known)
        .map(best -> "did you mean " + best + "?")
        .orElseGet(() -> "known: " + String.join(", ", known));
  }

  private static int edits(String left, String right) {
    String a = left.length() > 100 ? left.substring(0, 100) : left;
    int[] beforeLast = new int[right.length() + 1];
    int[] last = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[right.length() + 1];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        boolean same = a.charAt(i - 1) == right.charAt(j - 1);
        row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == right.charAt(j - 2)
            && a.charAt(i - 2) == right.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[right.length()];
  }
}
