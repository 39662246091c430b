package dev.xfolds.evaluator.report;

import java.util.Locale;

/** Text that goes into HTML or SVG. */
final class Html {

  private Html() {}

  /** Escapes text for elements and quoted attributes; control characters become spaces. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n' -> out.append('\n');
                default ->
                    out.appendCodePoint(
                        Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE
                            ? ' '
                            : c);
              }
            });
    return out.toString();
  }

  /** Numbers look the same wherever the page is written. */
  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /** A share as a percentage without its sign. */
  static String percent(double share) {
    return format("%.1f", 100 * share);
  }

  /** A difference of shares in percentage points, with its sign. */
  static String points(double difference) {
    return format("%+.1f", 100 * difference).replace('-', '\u2212');
  }

  static String count(long number) {
    return format("%,d", number).replace(',', '\u202f');
  }
}
