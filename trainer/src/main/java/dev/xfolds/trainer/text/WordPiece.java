package dev.xfolds.trainer.text;

import dev.xfolds.trainer.config.TrainerException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * WordPiece with a vocabulary learned from the run's own texts. A word (see {@link Words}) is cut
 * into the longest pieces of the vocabulary from left to right; a piece that continues a word is
 * written with "##". A character that no piece begins with becomes [UNK], one for each. Tokens 0 to
 * 3 are [PAD], [UNK], [START] and [END]; no text can spell them.
 */
public final class WordPiece implements Tokenizer {

  static final List<String> SPECIALS = List.of("[PAD]", "[UNK]", "[START]", "[END]");
  static final String CONTINUES = "##";

  private static final int UNKNOWN = 1;
  private static final int START = 2;
  private static final int END = 3;

  private final List<String> tokens;
  private final Map<String, Integer> firstPieces = new HashMap<>();
  private final Map<String, Integer> nextPieces = new HashMap<>();
  private final int longest;

  WordPiece(List<String> tokens) {
    this.tokens = List.copyOf(tokens);
    int length = 1;
    for (int id = SPECIALS.size(); id < tokens.size(); id++) {
      String token = tokens.get(id);
      boolean continues = token.length() > CONTINUES.length() && token.startsWith(CONTINUES);
      String piece = continues ? token.substring(CONTINUES.length()) : token;
      (continues ? nextPieces : firstPieces).put(piece, id);
      length = Math.max(length, piece.length());
    }
    longest = length;
  }

  /**
   * Learns a vocabulary: single characters by frequency, then the most frequent pair of pieces is
   * merged, ties by text, again and again. The same texts in any order give the same vocabulary.
   *
   * @param maximumSize most tokens, the four special ones included; at least 5
   * @param minimumFrequency how often a pair must come to be merged, at least 1
   */
  public static WordPiece learn(Iterable<String> texts, int maximumSize, int minimumFrequency) {
    if (maximumSize <= SPECIALS.size()) {
      throw new IllegalArgumentException("maximumSize must be at least 5, was " + maximumSize);
    }
    if (minimumFrequency < 1) {
      throw new IllegalArgumentException(
          "minimumFrequency must be at least 1, was " + minimumFrequency);
    }
    return new WordPiece(new PieceLearner(texts, maximumSize).learn(minimumFrequency));
  }

  /**
   * Reads a vocabulary.txt that {@link #toBytes} made.
   *
   * @throws TrainerException code 2 if it is missing, empty, larger than 16 MiB, cut, no UTF-8,
   *     lacks the special tokens or has a token twice
   */
  public static WordPiece read(Path vocabularyTxt) {
    byte[] bytes = UserFile.read(vocabularyTxt, "a vocabulary of WordPiece");
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw TrainerException.invalid(vocabularyTxt + ": must be UTF-8, is not", e);
    }
    if (!text.endsWith("\n")) {
      throw TrainerException.invalid(
          vocabularyTxt + ": must end with a line feed, is cut in its last line");
    }
    List<String> tokens = Arrays.asList(text.substring(0, text.length() - 1).split("\n", -1));
    check(vocabularyTxt, tokens);
    return new WordPiece(tokens);
  }

  private static void check(Path file, List<String> tokens) {
    List<String> first = tokens.subList(0, Math.min(SPECIALS.size(), tokens.size()));
    if (!first.equals(SPECIALS)) {
      throw TrainerException.invalid(
          "%s: lines 1 to 4 must be %s, were %s".formatted(file, SPECIALS, first));
    }
    Set<String> seen = new HashSet<>();
    for (String token : tokens) {
      if (!seen.add(token)) {
        throw TrainerException.invalid(
            "%s: line %d must be a token of its own, \"%s\" is there before"
                .formatted(file, seen.size() + 1, token));
      }
      if (token.isEmpty() || token.codePoints().anyMatch(CaptionText::isSpace)) {
        throw TrainerException.invalid(
            "%s: line %d must be a token without white space, was \"%s\""
                .formatted(file, seen.size(), token));
      }
    }
  }

  /** The vocabulary as vocabulary.txt has it: one token a line, the id is the line's, from 0. */
  public byte[] toBytes() {
    return (String.join("\n", tokens) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int size() {
    return tokens.size();
  }

  @Override
  public int startId() {
    return START;
  }

  @Override
  public int endId() {
    return END;
  }

  @Override
  public int[] encode(String text) {
    return Words.of(text).stream().flatMapToInt(word -> Arrays.stream(pieces(word))).toArray();
  }

  private int[] pieces(String word) {
    int[] ids = new int[word.length()];
    int filled = 0;
    for (int from = 0; from < word.length(); ) {
      Map<String, Integer> pieces = from == 0 ? firstPieces : nextPieces;
      int end = Math.min(word.length(), from + longest);
      while (end > from && !pieces.containsKey(word.substring(from, end))) {
        end--;
      }
      boolean known = end > from;
      ids[filled++] = known ? pieces.get(word.substring(from, end)) : UNKNOWN;
      from = known ? end : from + Character.charCount(word.codePointAt(from));
    }
    return Arrays.copyOf(ids, filled);
  }
}
