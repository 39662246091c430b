package dev.xfolds.operator.api;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which known name somebody may have meant. */
public final class Names {

  private Names() {}

  /**
   * The known name that contains the given one, of three letters at least; else the one with the
   * fewest edits (insert, delete, replace, swap neighbours), none if more than half of the letters
   * would change. Of several the one with the fewest edits, the first of equals.
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    List<String> around =
        known.stream().filter(k -> name.length() > 2 && k.contains(name)).toList();
    return around.isEmpty() ? similar(name, known) : Optional.of(fewestEdits(name, around));
  }

  private static Optional<String> similar(String name, Collection<String> known) {
    if (known.isEmpty()) {
      return Optional.empty();
    }
    String best = fewestEdits(name, known);
    return edits(name, best) * 2 <= Math.max(name.length(), best.length())
        ? Optional.of(best)
        : Optional.empty();
  }

  /** Of one name at least. */
  private static String fewestEdits(String name, Collection<String> known) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int edits = edits(name, candidate);
      if (edits < least) {
        best = candidate;
        least = edits;
      }
    }
    return best;
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
