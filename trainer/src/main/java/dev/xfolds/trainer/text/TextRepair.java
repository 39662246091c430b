package dev.xfolds.trainer.text;

import java.text.Normalizer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Repairs a text as the Python library ftfy 6.3.1 does with its defaults: line by line, in its
 * order, until nothing changes.
 *
 * <p>Differs in {@link Mojibake}, which knows two of ftfy's ten encodings.
 */
final class TextRepair {

  private static final Pattern WIDE_OR_JOINED =
      Pattern.compile(
          "[\u0132\u0133\u0149\u01C4-\u01CC\u01F1-\u01F3\u3000\uFB00-\uFB06\uFF01-\uFFEF]");

  private static final String LONG_S_T = "\uFB05";

  private static final Pattern SINGLE_QUOTE = Pattern.compile("[\u02BC\u2018-\u201B]");
  private static final Pattern DOUBLE_QUOTE = Pattern.compile("[\u201C-\u201F]");
  private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n?|[\\u2028\\u2029\\x85]");
  private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");
  private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\\x1B\\[[\\p{Nd};]*[a-zA-Z]");

  /** Controls but white space and C1, the byte order mark, the object's and annotations' marks. */
  private static final Pattern CONTROL =
      Pattern.compile("[\\x00-\\x08\\x0B\\x0E-\\x1F\\x7F\\u206A-\\u206F\\uFEFF\\uFFF9-\\uFFFC]");

  private TextRepair() {}

  static String repair(String text) {
    StringBuilder repaired = new StringBuilder(text.length());
    boolean entities = true;
    for (String line : text.split("(?<=\n)", -1)) {
      // From a "<" on, a text is taken for markup, whose entities are meant.
      entities &= line.indexOf('<') < 0;
      repaired.append(repairLine(line, entities));
    }
    return repaired.toString();
  }

  private static String repairLine(String line, boolean entities) {
    String repaired = line;
    String before;
    do {
      before = repaired;
      repaired = repairOnce(entities ? HtmlEntities.unescapeClosed(before) : before);
    } while (!repaired.equals(before));
    return repaired;
  }

  private static String repairOnce(String line) {
    String repaired = Mojibake.repair(line);
    repaired = WIDE_OR_JOINED.matcher(repaired).replaceAll(TextRepair::plainForm);
    repaired = SINGLE_QUOTE.matcher(repaired).replaceAll("'");
    repaired = DOUBLE_QUOTE.matcher(repaired).replaceAll("\"");
    repaired = LINE_BREAK.matcher(repaired).replaceAll("\n");
    repaired = LONE_SURROGATE.matcher(repaired).replaceAll("\uFFFD");
    repaired = TERMINAL_ESCAPE.matcher(repaired).replaceAll("");
    repaired = CONTROL.matcher(repaired).replaceAll("");
    return Normalizer.normalize(repaired, Normalizer.Form.NFC);
  }

  private static String plainForm(MatchResult form) {
    if (form.group().equals(LONG_S_T)) {
      return "\u017Ft";
    }
    return Matcher.quoteReplacement(Normalizer.normalize(form.group(), Normalizer.Form.NFKC));
  }
}
