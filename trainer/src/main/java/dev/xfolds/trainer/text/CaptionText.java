package dev.xfolds.trainer.text;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CLIP's cleaning of a text: repair, HTML unescaped twice, white space collapsed to single blanks,
 * lower case.
 *
 * <p>The reference repairs with the Python library ftfy. Of that, only what is a table is here:
 * entities unless a text has a {@code <}, straight quotes, Latin ligatures, full- and half-width
 * forms, composed form (NFC). What needs ftfy itself is left out: mojibake, control characters,
 * terminal escapes and byte order marks stay as they are, and give other ids than the reference. So
 * may a capital sigma glued to a digit or sign: Java and Python see the end of a word differently.
 */
final class CaptionText {

  private static final Pattern SINGLE_QUOTE = Pattern.compile("[\u02BC\u2018-\u201B]");
  private static final Pattern DOUBLE_QUOTE = Pattern.compile("[\u201C-\u201F]");
  private static final Pattern WIDE_OR_JOINED = Pattern.compile("[\uFB00-\uFB06\uFF01-\uFFEE]");

  private CaptionText() {}

  static String clean(String text) {
    String unescaped = HtmlEntities.unescape(HtmlEntities.unescape(repair(text)));
    return collapse(unescaped).toLowerCase(Locale.ROOT);
  }

  private static String repair(String text) {
    String repaired = text.indexOf('<') < 0 ? HtmlEntities.unescape(text) : text;
    repaired = SINGLE_QUOTE.matcher(repaired).replaceAll("'");
    repaired = DOUBLE_QUOTE.matcher(repaired).replaceAll("\"");
    repaired = WIDE_OR_JOINED.matcher(repaired).replaceAll(CaptionText::plainForm);
    return Normalizer.normalize(repaired, Normalizer.Form.NFC);
  }

  private static String plainForm(MatchResult form) {
    return Matcher.quoteReplacement(Normalizer.normalize(form.group(), Normalizer.Form.NFKC));
  }

  private static String collapse(String text) {
    StringBuilder collapsed = new StringBuilder(text.length());
    boolean blank = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isSpace(c)) {
        blank = !collapsed.isEmpty();
      } else {
        if (blank) {
          collapsed.append(' ');
          blank = false;
        }
        collapsed.append(c);
      }
    }
    return collapsed.toString();
  }

  /** White space as Unicode and Python have it: with the non-breaking ones; all are in the BMP. */
  static boolean isSpace(int point) {
    return Character.isWhitespace(point) || Character.isSpaceChar(point) || point == 0x85;
  }
}
