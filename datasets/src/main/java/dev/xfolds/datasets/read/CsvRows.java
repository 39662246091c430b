package dev.xfolds.datasets.read;

import dev.xfolds.datasets.DataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Rows of a comma-separated file with a header, by RFC 4180: quoted fields may hold commas, quotes
 * and line ends.
 */
final class CsvRows {

  private final AnnotationFile file;
  private final String text;
  private final RowProblems problems;
  private int position;
  private int line = 1;

  private CsvRows(AnnotationFile file, RowProblems problems) {
    this.file = file;
    this.text = file.text();
    this.problems = problems;
  }

  /** Gives the header's names, in lower case, then each row by these names. */
  static void read(
      AnnotationFile file,
      RowProblems problems,
      Consumer<List<String>> header,
      Consumer<Row> rows) {
    new CsvRows(file, problems).read(header, rows);
  }

  private void read(Consumer<List<String>> header, Consumer<Row> rows) {
    List<String> names =
        nextRecord().orElse(List.of()).stream()
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .toList();
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (columns.put(names.get(i), i) != null) {
        throw new DataException(
            "%s, line 1: column %s occurs twice".formatted(file.path(), names.get(i)));
      }
    }
    header.accept(names);
    while (position < text.length()) {
      String place = "%s, line %,d".formatted(file.path(), line);
      nextRecord()
          .ifPresent(
              values -> {
                if (values.size() == 1 && values.getFirst().isBlank()) {
                  return;
                }
                if (values.size() != names.size()) {
                  problems.error(
                      "%s: has %d fields, expected %d (%s)"
                          .formatted(place, values.size(), names.size(), String.join(", ", names)));
                  return;
                }
                rows.accept(
                    new Row(
                        place,
                        name -> Optional.ofNullable(columns.get(name)).map(values::get),
                        problems));
              });
    }
  }

  /** Empty after a record that is wrong and was reported; reading goes on at the next line. */
  private Optional<List<String>> nextRecord() {
    List<String> values = new ArrayList<>();
    int first = line;
    while (true) {
      StringBuilder value = new StringBuilder();
      if (position < text.length() && text.charAt(position) == '"') {
        if (!quoted(value)) {
          problems.error(
              "%s, line %,d: the quote that begins field %d is never closed"
                  .formatted(file.path(), first, values.size() + 1));
          return Optional.empty();
        }
        if (position < text.length() && ",\r\n".indexOf(text.charAt(position)) < 0) {
          problems.error(
              "%s, line %,d: field %d goes on with '%c' after its closing quote, expected a comma or the line's end"
                  .formatted(file.path(), line, values.size() + 1, text.charAt(position)));
          plain(new StringBuilder(), "\n");
          endLine();
          return Optional.empty();
        }
      } else {
        plain(value, ",\r\n");
      }
      values.add(value.toString());
      if (position < text.length() && text.charAt(position) == ',') {
        position++;
        continue;
      }
      endLine();
      return Optional.of(values);
    }
  }

  private boolean quoted(StringBuilder value) {
    position++;
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c != '"') {
        line += c == '\n' ? 1 : 0;
        value.append(c);
      } else if (position < text.length() && text.charAt(position) == '"') {
        value.append(c);
        position++;
      } else {
        return true;
      }
    }
    return false;
  }

  private void plain(StringBuilder value, String ends) {
    while (position < text.length() && ends.indexOf(text.charAt(position)) < 0) {
      value.append(text.charAt(position++));
    }
  }

  private void endLine() {
    if (position < text.length() && text.charAt(position) == '\r') {
      position++;
    }
    if (position < text.length() && text.charAt(position) == '\n') {
      position++;
    }
    line++;
  }
}
