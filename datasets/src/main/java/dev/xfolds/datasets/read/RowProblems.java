package dev.xfolds.datasets.read;

import dev.xfolds.datasets.DataException;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with rows, so that a user learns of all of them at once. */
final class RowProblems {

  private static final int SHOWN = 20;

  private final List<String> errors = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int count;

  /** A row that cannot be used. */
  void error(String message) {
    count++;
    if (errors.size() < SHOWN) {
      errors.add(message);
    }
  }

  /** Something that does not stop the reading. */
  void note(String message) {
    notes.add(message);
  }

  List<String> notes() {
    return notes;
  }

  void throwIfAny() {
    if (count == 1) {
      throw new DataException(errors.getFirst());
    }
    if (count > 1) {
      String rest =
          count > errors.size() ? "%n... and %,d more".formatted(count - errors.size()) : "";
      throw new DataException(
          "%,d wrong rows:%n%s".formatted(count, String.join(System.lineSeparator(), errors))
              + rest);
    }
  }
}
