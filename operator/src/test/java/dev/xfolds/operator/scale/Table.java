package dev.xfolds.operator.scale;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table as text, no line longer than 80 columns. */
final class Table {
  private Table() {}

  static String head(String title) {
    return "%s%n%s".formatted(title, line("", "measured", "target", ""));
  }

  static String section(String title, List<Row> rows) {
    return rows.stream().map(Table::line).collect(Collectors.joining("\n", title + "\n", ""));
  }

  private static String line(Row row) {
    return line(
        row.what(),
        row.measured(),
        row.target(),
        row.ok().map(ok -> ok ? "ok" : "short").orElse(""));
  }

  private static String line(String what, String measured, String target, String verdict) {
    return String.format(Locale.ROOT, "  %-47s %13s %10s %s", what, measured, target, verdict)
        .stripTrailing();
  }
}
