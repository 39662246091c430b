package dev.xfolds.operator.observe;

import java.nio.charset.StandardCharsets;

/** The end of a text that is too long for where it goes: what matters is what was said last. */
public final class Tail {
  private Tail() {}

  /** At most so many bytes of UTF-8, never a part of a character. */
  public static String of(String text, int maxBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= maxBytes) {
      return text;
    }
    int start = bytes.length - maxBytes;
    while ((bytes[start] & 0xC0) == 0x80) { // within a character
      start++;
    }
    return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
  }
}
