package dev.xfolds.trainer.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decodes again what is UTF-8 misread as Latin-1 or Windows-1252, wholly or in part, and reads
 * remaining C1 controls as Windows-1252.
 *
 * <p>The conditions are those of ftfy 6.3.1: a text without {@link MojibakeSigns} stays as it is,
 * one with them changes only if its bytes are UTF-8. ftfy tries eight more encodings and CESU-8;
 * they are left out here.
 *
 * <p>Bytes are kept as characters up to U+00FF, so that patterns apply to them.
 */
final class Mojibake {

  private static final char REPLACEMENT = '\uFFFD';

  /** The byte that stands for a replacement character, whose own byte is lost. */
  private static final char LOST = '\u001A';

  private static final char FIRST_C1 = '\u0080';

  /** Windows-1252 from 0x80 to 0x9F; a byte without a character stands for itself. */
  private static final String WINDOWS = windows();

  private static final Pattern C1 = Pattern.compile("[\\x80-\\x9F]");

  /** The word "a" with grave accent whose second byte, a non-breaking space, became the blank. */
  private static final Pattern GRAVE_WORD = Pattern.compile("\\xC3 (?! |quele|quela|quilo|s )");

  /** Sequences that are UTF-8 if their blank was a non-breaking space. */
  private static final Pattern BLANKED =
      Pattern.compile(
          "[\\xC2\\xC3\\xC5\\xCE\\xD0\\xD9] "
              + "|[\\xE2\\xE3] [\\x80-\\x84\\x86-\\x9F\\xA1-\\xBF]"
              + "|[\\xE0-\\xE3][\\x80-\\x84\\x86-\\x9F\\xA1-\\xBF] "
              + "|\\xF0(?: [\\x80-\\xBF]{2}|[\\x80-\\xBF] [\\x80-\\xBF]|[\\x80-\\xBF]{2} )");

  /** Sequences of UTF-8 of which a byte is lost. */
  private static final Pattern LOSSY =
      Pattern.compile(
          "[\\xC2-\\xDF]\\x1A|[\\xC2\\xC3]\\?"
              + "|[\\xE0-\\xEF](?:[\\x1A?][\\x1A\\x80-\\xBF]|[\\x1A\\x80-\\xBF][\\x1A?])"
              + "|[\\xF0-\\xF4](?:[\\x1A?][\\x1A\\x80-\\xBF]{2}"
              + "|[\\x1A\\x80-\\xBF][\\x1A?][\\x1A\\x80-\\xBF]|[\\x1A\\x80-\\xBF]{2}[\\x1A?])"
              + "|\\x1A");

  private static final String LOSSY_IN_UTF8 = "\u00EF\u00BF\u00BD";

  /**
   * Characters of the bytes 0x80 to 0xBF, in any of ftfy's encodings, that hardly stand for
   * themselves beside mojibake.
   */
  private static final String STRICT_CONTINUATION =
      "\\x80-\\xBF\u00C6\u00D8\u00E6\u00F8\u0152\u0153\u0160\u0161\u0178\u017D\u017E\u0192"
          + "\u02C6\u02DC\u2020\u2021\u2030\u2039\u203A\u20AC\u2122"
          + "\u0104\u0105\u013D\u013E\u0141\u0142\u0156\u0157\u015A\u015B\u015E\u015F\u0164\u0165"
          + "\u0179-\u017C\u02C7\u02D8\u02DB\u02DD\u0384-\u0386\u0388-\u038F"
          + "\u0401-\u040F\u0451-\u045F\u0490\u0491\u2116";

  private static final String CONTINUATION =
      "[" + STRICT_CONTINUATION + " \u2013-\u2015\u2018-\u201A\u201C-\u201E\u2022\u2026]";

  private static final String FIRST_OF_TWO =
      "[\u00C2-\u00DF\u0160\u017D\u0392-\u03AF\u0412-\u042F"
          + "\u0100\u0102\u0106\u010C\u010E\u0110\u0112\u0116\u0118\u011A\u011E\u0122\u012A\u0130"
          + "\u0136\u0139\u013B\u0141\u0143\u0145\u0147\u014C\u0150\u0158\u015A\u015E\u0162"
          + "\u016A\u016E\u0170\u0172\u0179\u017B]";

  private static final String FIRST_OF_THREE =
      "[\u00E0-\u00EF\u03B0-\u03BF\u0430-\u043F"
          + "\u0101\u0103\u0105\u0107\u010D\u010F\u0113\u0117\u0119\u011B\u0123\u012B\u012F"
          + "\u0137\u013A\u013C\u0155\u017A]";

  private static final String FIRST_OF_FOUR =
      "[\u00F0\u00F3\u0161\u0111\u011F\u03C0\u03C3\u0440\u0443]";

  /** A run of what may be UTF-8; possessive, so that a long run takes no stack. */
  private static final Pattern PART =
      Pattern.compile(
          ("(?<![" + STRICT_CONTINUATION + "])(?:")
              + (FIRST_OF_TWO + CONTINUATION)
              + ("|" + FIRST_OF_THREE + CONTINUATION + "{2}")
              + ("|" + FIRST_OF_FOUR + CONTINUATION + "{3})++"));

  private Mojibake() {}

  static String repair(String text) {
    String repaired = text;
    String before;
    do {
      before = repaired;
      repaired = MojibakeSigns.in(before) ? decodeOnce(before) : before;
    } while (!repaired.equals(before));
    return repaired;
  }

  private static String decodeOnce(String text) {
    Optional<String> whole =
        latin(text)
            .flatMap(bytes -> decode(unblank(bytes)))
            .or(() -> windows(text).flatMap(bytes -> decode(replaceLossy(unblank(bytes)))));
    if (whole.isPresent()) {
      return whole.get();
    }
    String repaired = PART.matcher(text).replaceAll(part -> quote(part(part.group(), text)));
    return repaired.equals(text) ? readControls(text) : repaired;
  }

  /** A part is shorter than its text, or the repair would not end. */
  private static String part(String part, String text) {
    return part.length() < text.length() ? repair(part) : part;
  }

  private static String readControls(String text) {
    return C1.matcher(text).replaceAll(Mojibake::readControl);
  }

  private static String readControl(MatchResult control) {
    return String.valueOf(WINDOWS.charAt(control.group().charAt(0) - FIRST_C1));
  }

  private static Optional<String> latin(String text) {
    return text.chars().allMatch(c -> c <= 0xFF) ? Optional.of(text) : Optional.empty();
  }

  private static Optional<String> windows(String text) {
    StringBuilder bytes = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int control = WINDOWS.indexOf(c);
      if (control >= 0) {
        bytes.append((char) (FIRST_C1 + control));
      } else if (c == REPLACEMENT) {
        bytes.append(LOST);
      } else if (c > 0xFF || c == LOST || (c >= FIRST_C1 && c <= '\u009F')) {
        return Optional.empty();
      } else {
        bytes.append(c);
      }
    }
    return Optional.of(bytes.toString());
  }

  private static String unblank(String bytes) {
    String words = GRAVE_WORD.matcher(bytes).replaceAll("\u00C3\u00A0 ");
    return BLANKED
        .matcher(words)
        .replaceAll(sequence -> quote(sequence.group().replace(' ', '\u00A0')));
  }

  private static String replaceLossy(String bytes) {
    return LOSSY.matcher(bytes).replaceAll(LOSSY_IN_UTF8);
  }

  private static String quote(String replacement) {
    return Matcher.quoteReplacement(replacement);
  }

  private static Optional<String> decode(String bytes) {
    ByteBuffer utf8 = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String windows() {
    Charset charset = Charset.forName("windows-1252");
    StringBuilder characters = new StringBuilder();
    for (char c = FIRST_C1; c <= '\u009F'; c++) {
      char read = new String(new byte[] {(byte) c}, charset).charAt(0);
      characters.append(read == REPLACEMENT ? c : read);
    }
    return characters.toString();
  }
}
