package dev.xfolds.evaluator.normalize;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Punctuation as the VQA challenge's scorer treats it, quirks included, because published numbers
 * depend on them. Source: {@code processPunctuation} in vqaEval.py of github.com/GT-Vision-Lab/VQA.
 *
 * <p>Quirks: a mark with a space on either side anywhere in the text vanishes everywhere in it,
 * else every occurrence becomes a space; a comma between digits makes every mark vanish; the
 * pattern that was meant to keep decimal points looks at the following character only; at most 32
 * points vanish, because a flag is passed where a count belongs.
 */
final class VqaPunctuation {

  private static final String MARKS = ";/[]\"{}()=+\\_-><@`,?!";
  private static final Pattern COMMA_IN_NUMBER =
      Pattern.compile("\\d,\\d", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern POINT =
      Pattern.compile("\\.(?!\\d)", Pattern.UNICODE_CHARACTER_CLASS);
  private static final int MOST_POINTS = 32;

  private VqaPunctuation() {}

  static String strip(String text) {
    boolean numberWithComma = COMMA_IN_NUMBER.matcher(text).find();
    String rewritten = text;
    for (int i = 0; i < MARKS.length(); i++) {
      String mark = MARKS.substring(i, i + 1);
      boolean vanishes = numberWithComma || text.contains(mark + " ") || text.contains(" " + mark);
      rewritten = rewritten.replace(mark, vanishes ? "" : " ");
    }
    return withoutPoints(rewritten);
  }

  private static String withoutPoints(String text) {
    Matcher points = POINT.matcher(text);
    var kept = new StringBuilder();
    for (int removed = 0; removed < MOST_POINTS && points.find(); removed++) {
      points.appendReplacement(kept, "");
    }
    return points.appendTail(kept).toString();
  }
}
