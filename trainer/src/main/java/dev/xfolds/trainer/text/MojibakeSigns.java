package dev.xfolds.trainer.text;

import java.util.regex.Pattern;

/**
 * Pairs of characters that a text hardly holds unless its encoding was misread, such as a currency
 * sign after an accented letter. The rules are ftfy's badness heuristic (version 6.3.1), for the
 * characters of Latin-1 and Windows-1252.
 */
final class MojibakeSigns {

  private static final String C1 = "\\x80-\\x9F";

  /** Spaces, dashes, quotes and dots that stand anywhere. */
  private static final String COMMON = "\u00A0\u00AD\u00B4\u00B7\u2013\u2014\u2019\u2026";

  /** Signs that hardly anyone types. */
  private static final String ODD =
      "\u00A4\u00A6\u00A8\u00AA\u00AC\u00AF\u00B8\u00BA\u0192\u02C6\u02DC\u2020\u2021\u2030\uFFFD";

  private static final String LAW = "\u00A7\u00B6";
  private static final String CURRENCY = "\u00A2\u00A3\u00A5\u20AC";
  private static final String OPENING =
      "\u00A1\u00A9\u00AB\u00BF\u2018\u201A\u201C\u201E\u2022\u2039";
  private static final String CLOSING = "\u00AE\u00BB\u201D\u203A\u2122";
  private static final String NUMERIC = "\u00B1-\u00B3\u00B5\u00B9\u00BC-\u00BE\u00D7\u00F7";

  /** Accented capitals, without the O and U that make faces. */
  private static final String UPPER = "\u00C0-\u00D1\u00D8\u00DC\u00DD\u0152\u0160\u0178\u017D";

  /** Accented small letters, without the o and u that make faces. */
  private static final String LOWER = "\u00DF-\u00F1\u00FC\u0153\u0161\u017E";

  private static final String SIGN = OPENING + CLOSING + CURRENCY + NUMERIC + LAW;
  private static final String ACCENTED = LOWER + UPPER;

  /** What follows the capitals O with stroke and U with grave in misread Arabic. */
  private static final String AFTER_ARABIC =
      COMMON + CURRENCY + ODD + NUMERIC + OPENING + "\u0178\u0160\u00AE\u00B0\u00BB";

  /** What follows the capitals A with circumflex or tilde, I with circumflex and eth. */
  private static final String AFTER_LEAD =
      OPENING
          + CLOSING
          + "\u20AC\u0153\u0160\u0161\u00A2\u00A3\u0178\u017E\u00A0\u00AD\u00B0\u00B7"
          + "\u2013\u2014\u00B4";

  private static final String SPACE = "[\\s\\p{Z}\\x1C-\\x1F\\x85]";

  private static final Pattern SIGNS =
      Pattern.compile(
          String.join(
              "|",
              one(C1),
              one(ODD + ACCENTED + SIGN) + one(ODD),
              one(ODD) + one(ACCENTED + SIGN),
              "[a-zA-Z]\u00DE" + one(ODD),
              one(LOWER + CLOSING + CURRENCY + NUMERIC) + one(UPPER),
              one(CLOSING + CURRENCY + NUMERIC) + one(LOWER),
              one(LOWER + CLOSING) + one(CURRENCY),
              SPACE + one(UPPER) + one(CURRENCY),
              one(UPPER) + one(NUMERIC + LAW + "\u00B0"),
              one(ACCENTED + CURRENCY + CLOSING) + one(OPENING) + one(NUMERIC),
              one(ACCENTED + CURRENCY + NUMERIC + LAW) + one(CLOSING) + one(OPENING),
              one(CURRENCY + NUMERIC) + one(OPENING),
              "[a-z]" + one(UPPER) + one(OPENING + CURRENCY),
              one(ACCENTED) + one(OPENING + CLOSING) + "[\\p{L}\\p{N}_]",
              "[\u0152\u0153][^A-Za-z]",
              "[\u00C2\u00C3\u00CE\u00D0]" + one(AFTER_LEAD),
              "\u00D7[\u00B2\u00B3]",
              "(?:[\u00D8\u00D9]" + one(AFTER_ARABIC) + "){2}",
              "\u00E0[\u00B2\u00B5\u00B9\u00BC-\u00BE]",
              "(?:[a-z]" + SPACE + "?|^)[\u00C2\u00C3] ",
              one("a-z.,?!" + CLOSING) + "\u00C2" + one(" " + OPENING + CLOSING)));

  private MojibakeSigns() {}

  static boolean in(String text) {
    return SIGNS.matcher(text).find();
  }

  private static String one(String members) {
    return "[" + members + "]";
  }
}
