package dev.xfolds.trainer.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of a text, in lower case: runs of letters, marks and numbers; every punctuation mark or
 * symbol is a word of its own. White space separates; control and format characters (soft hyphens,
 * zero-width blanks) and halves of surrogate pairs are dropped.
 */
final class Words {

  private Words() {}

  static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    String lower = text.toLowerCase(Locale.ROOT);
    for (int i = 0; i < lower.length(); ) {
      int point = lower.codePointAt(i);
      i += Character.charCount(point);
      if (CaptionText.isSpace(point)) {
        flush(word, words);
      } else if (inWord(point)) {
        word.appendCodePoint(point);
      } else if (!dropped(point)) {
        flush(word, words);
        words.add(Character.toString(point));
      }
    }
    flush(word, words);
    return words;
  }

  private static void flush(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean inWord(int point) {
    return switch (Character.getType(point)) {
      case Character.LETTER_NUMBER,
          Character.OTHER_NUMBER,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.COMBINING_SPACING_MARK ->
          true;
      default -> Character.isLetterOrDigit(point);
    };
  }

  private static boolean dropped(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> true;
      default -> false;
    };
  }
}
