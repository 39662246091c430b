package dev.xfolds.trainer.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Character references of HTML 5 as Python's {@code html.unescape} reads them: all names of the
 * standard, the old ones also without semicolon and glued to what follows, numbers as browsers
 * repair them.
 */
final class HtmlEntities {

  private static final Pattern REFERENCE =
      Pattern.compile("&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|([^\\t\\n\\f <&#;]{1,32};?))");

  private static final Pattern CLOSED_REFERENCE = Pattern.compile("&#?[0-9A-Za-z]{1,24};");

  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final String REPLACEMENT = "\uFFFD";

  /** Text by name; the name ends with a semicolon unless it may go without. */
  private static final Map<String, String> NAMES = names();

  private HtmlEntities() {}

  static String unescape(String text) {
    if (text.indexOf('&') < 0) {
      return text;
    }
    return REFERENCE
        .matcher(text)
        .replaceAll(reference -> Matcher.quoteReplacement(replacement(reference)));
  }

  /**
   * Unescapes as ftfy does: what ends with a semicolon, and names in capitals where only the name
   * in small letters exists, as the capital letter.
   */
  static String unescapeClosed(String text) {
    return CLOSED_REFERENCE
        .matcher(text)
        .replaceAll(reference -> Matcher.quoteReplacement(closedReplacement(reference.group())));
  }

  private static String closedReplacement(String reference) {
    if (reference.startsWith("&#")) {
      String text = unescape(reference);
      return text.contains(";") ? reference : text;
    }
    String name = reference.substring(1);
    String text = NAMES.get(name);
    if (text != null) {
      return text;
    }
    String small = NAMES.get(name.toLowerCase(Locale.ROOT));
    boolean capitals = name.equals(name.toUpperCase(Locale.ROOT));
    boolean unread = capitals && small != null && unescape(reference).equals(reference);
    return unread ? small.toUpperCase(Locale.ROOT) : reference;
  }

  private static String replacement(MatchResult reference) {
    if (reference.group(1) != null) {
      return character(new BigInteger(reference.group(1)));
    }
    if (reference.group(2) != null) {
      return character(new BigInteger(reference.group(2), 16));
    }
    String name = reference.group(3);
    for (int end = name.length(); end > 1; end--) {
      String text = NAMES.get(name.substring(0, end));
      if (text != null) {
        return text + name.substring(end);
      }
    }
    return reference.group();
  }

  private static String character(BigInteger number) {
    if (number.bitLength() >= Integer.SIZE) {
      return REPLACEMENT;
    }
    int point = number.intValue();
    if (point == 0 || point > Character.MAX_CODE_POINT || surrogate(point)) {
      return REPLACEMENT;
    }
    if (point >= 0x80 && point <= 0x9F) {
      String windows = new String(new byte[] {(byte) point}, WINDOWS_1252);
      return windows.equals(REPLACEMENT) ? Character.toString(point) : windows;
    }
    return noCharacter(point) ? "" : Character.toString(point);
  }

  private static boolean surrogate(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  private static boolean noCharacter(int point) {
    boolean control =
        point < 0x20 && point != '\t' && point != '\n' && point != '\f' && point != '\r';
    return control
        || point == 0x7F
        || (point >= 0xFDD0 && point <= 0xFDEF)
        || (point & 0xFFFE) == 0xFFFE;
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                HtmlEntities.class.getResourceAsStream("html-entities.txt"),
                StandardCharsets.US_ASCII))) {
      lines.lines().filter(line -> !line.startsWith("#")).forEach(line -> add(names, line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(names);
  }

  private static void add(Map<String, String> names, String line) {
    String[] fields = line.split(" ", -1);
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < fields.length; i++) {
      text.appendCodePoint(Integer.parseInt(fields[i], 16));
    }
    names.put(fields[0], text.toString());
  }
}
