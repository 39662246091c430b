package dev.xfolds.trainer.text;

import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.text.BytePairTable.Merge;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The user's byte-pair file. CLIP's own list, gzipped: a line with its name, then a merge a line,
 * of which the first 48,894 are used; ids follow from the order. A tokenizer.json: see {@link
 * TokenizerJson}.
 */
final class BytePairFile {

  static final String EXPECTED = "a tokenizer.json or CLIP's bpe_simple_vocab_16e6.txt.gz";

  /** Makes 49,408 tokens, together with two for each byte, start and end. */
  static final int MERGES = 48_894;

  static final String START = "<start_of_text>";
  static final String END = "<end_of_text>";

  private BytePairFile() {}

  /** As {@link Tokenizer#bytePair}. */
  static Tokenizer read(Path file) {
    String name = file.toString();
    byte[] bytes = UserFile.read(file, EXPECTED);
    if (gzipped(bytes)) {
      return new BytePair(mergeList(name, inflate(name, bytes)));
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.stripLeading().startsWith("{")) {
      return new BytePair(TokenizerJson.parse(name, text));
    }
    throw TrainerException.invalid("%s: must be %s, begins like neither".formatted(name, EXPECTED));
  }

  private static boolean gzipped(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == 0x1F && bytes[1] == (byte) 0x8B;
  }

  private static String inflate(String name, byte[] bytes) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new String(UserFile.bounded(name + " inflated", in), StandardCharsets.UTF_8);
    } catch (EOFException | ZipException e) {
      throw TrainerException.invalid(
          "%s: must be a whole gzip file, is truncated or damaged: %s"
              .formatted(name, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // no other source than memory
    }
  }

  private static BytePairTable mergeList(String name, String text) {
    List<String> lines = text.lines().limit(MERGES + 1L).toList();
    if (lines.isEmpty() || !lines.getFirst().contains("bpe_simple_vocab")) {
      throw TrainerException.invalid(
          "%s: must be %s, its first line does not name bpe_simple_vocab"
              .formatted(name, EXPECTED));
    }
    if (lines.size() <= MERGES) {
      throw TrainerException.invalid(
          "%s: must hold at least %d merges, a line each, has %d"
              .formatted(name, MERGES, lines.size() - 1));
    }
    List<Merge> merges = new ArrayList<>();
    for (int line = 1; line < lines.size(); line++) {
      merges.add(merge(name, "line " + (line + 1), lines.get(line)));
    }
    return BytePairTable.of(name, ids(merges), merges, START, END);
  }

  /** Two tokens with a blank between. */
  static Merge merge(String name, String where, String text) {
    String[] sides = text.split(" ", -1);
    if (sides.length != 2 || sides[0].isEmpty() || sides[1].isEmpty()) {
      throw TrainerException.invalid(
          "%s: %s must be two tokens with a blank between, was \"%s\""
              .formatted(name, where, text));
    }
    return new Merge(sides[0], sides[1]);
  }

  private static Map<String, Integer> ids(List<Merge> merges) {
    List<String> tokens = new ArrayList<>(ByteSymbols.ordered());
    ByteSymbols.ordered().forEach(symbol -> tokens.add(symbol + BytePairTable.END_OF_WORD));
    merges.forEach(merge -> tokens.add(merge.result()));
    tokens.add(START);
    tokens.add(END);
    Map<String, Integer> ids = new HashMap<>();
    tokens.forEach(token -> ids.put(token, ids.size()));
    return ids;
  }
}
