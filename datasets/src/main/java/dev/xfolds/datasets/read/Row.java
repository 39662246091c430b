package dev.xfolds.datasets.read;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * One record of a file, as fields of text. A problem is reported and gives an empty value; whoever
 * reads a row asks {@link #isWrong()} at its end.
 */
final class Row {

  /** Characters of a question, an answer or a caption. */
  static final int MAX_TEXT = 16_384;

  /** Characters of any other field. */
  static final int MAX_FIELD = 1_024;

  private final String place;
  private final Function<String, Optional<String>> fields;
  private final RowProblems problems;
  private boolean wrong;

  /**
   * A row at a place.
   *
   * @param place file and line, for messages
   * @param fields value of a field, or empty if the row has none
   */
  Row(String place, Function<String, Optional<String>> fields, RowProblems problems) {
    this.place = place;
    this.fields = fields;
    this.problems = problems;
  }

  /** A field that must be there, with text in it. */
  String text(String field) {
    Optional<String> value = fields.apply(field);
    if (value.isEmpty()) {
      return refuse("field " + field + " is missing, expected text");
    }
    String stripped = value.get().strip();
    if (stripped.isEmpty()) {
      return refuse("field " + field + " is empty, expected text");
    }
    return bounded(field, stripped, MAX_TEXT);
  }

  /** A short field that must be there. */
  String name(String field) {
    return bounded(field, text(field), MAX_FIELD);
  }

  /** A short field that may be absent: then it is empty. */
  String optional(String field) {
    return bounded(field, fields.apply(field).orElse("").strip(), MAX_FIELD);
  }

  /** Text that may be empty. */
  String textOrEmpty(String field) {
    return bounded(field, fields.apply(field).orElse("").strip(), MAX_TEXT);
  }

  /** Where the row stands, for messages. */
  String place() {
    return place;
  }

  boolean has(String field) {
    return fields.apply(field).isPresent();
  }

  /** One of the names of an enum, in any case. */
  <E extends Enum<E>> Optional<E> oneOf(String field, Class<E> type) {
    String value = name(field);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(value.toUpperCase(Locale.ROOT))) {
        return Optional.of(constant);
      }
    }
    if (!value.isEmpty()) {
      wrong(field, value, "one of " + Arrays.toString(type.getEnumConstants()));
    }
    return Optional.empty();
  }

  void wrong(String field, String value, String expected) {
    String shown = value.length() > 60 ? value.substring(0, 60) + "..." : value;
    refuse("field %s is \"%s\", expected %s".formatted(field, shown, expected));
  }

  boolean isWrong() {
    return wrong;
  }

  private String bounded(String field, String value, int most) {
    if (value.length() > most) {
      return refuse(
          "field %s has %,d characters, expected at most %,d"
              .formatted(field, value.length(), most));
    }
    return value;
  }

  private String refuse(String message) {
    wrong = true;
    problems.error(place + ": " + message);
    return "";
  }
}
