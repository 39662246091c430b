package dev.xfolds.trainer.text;

import java.util.Locale;

/**
 * CLIP's cleaning of a text: repair, HTML unescaped twice, white space collapsed to single blanks,
 * lower case.
 *
 * <p>The reference repairs with the Python library ftfy, {@link TextRepair} does as it does. Other
 * ids than the reference's may come from UTF-8 misread in an encoding that {@link Mojibake} does
 * not know, and from a capital sigma glued to a digit or sign: Java and Python see the end of a
 * word differently.
 */
final class CaptionText {

  private CaptionText() {}

  static String clean(String text) {
    String unescaped = HtmlEntities.unescape(HtmlEntities.unescape(TextRepair.repair(text)));
    return collapse(unescaped).toLowerCase(Locale.ROOT);
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
