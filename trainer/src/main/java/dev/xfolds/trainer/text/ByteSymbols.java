package dev.xfolds.trainer.text;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One visible character for each byte: printable Latin-1 stands for itself, the other bytes, in
 * order, for the characters from U+0100. Source: GPT-2's {@code bytes_to_unicode}.
 */
final class ByteSymbols {

  static final int COUNT = 256;

  private static final List<String> SYMBOLS = symbols();

  private ByteSymbols() {}

  /** The symbol of a byte, 0..255. */
  static String of(int value) {
    return SYMBOLS.get(value);
  }

  /** All symbols in the order of the vocabulary: the printable ones first. */
  static List<String> ordered() {
    return SYMBOLS.stream().sorted().toList();
  }

  private static List<String> symbols() {
    int[] next = {COUNT};
    return IntStream.range(0, COUNT)
        .map(value -> printable(value) ? value : next[0]++)
        .mapToObj(Character::toString)
        .toList();
  }

  private static boolean printable(int value) {
    return (value > ' ' && value < 0x7F) || (value > 0xA0 && value != 0xAD);
  }
}
