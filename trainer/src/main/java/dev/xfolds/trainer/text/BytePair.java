package dev.xfolds.trainer.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CLIP's byte-pair encoding: a cleaned text falls into words, contractions, digits and runs of
 * signs; the UTF-8 bytes of each, the last one marked as such, are merged pair by pair, the pair
 * that was learned first before all others. Source: arXiv:2103.00020, compared with open_clip's
 * {@code SimpleTokenizer}; for its cleaning see {@link CaptionText}.
 *
 * <p>As in the reference, the name of the start or end token written out in a text gives that
 * token's id.
 */
final class BytePair implements Tokenizer {

  private static final int NO_MERGE = Integer.MAX_VALUE;
  private static final String PARTS = "|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^ \\p{L}\\p{N}]+";

  private final int size;
  private final Map<String, Integer> specials;
  private final int startId;
  private final int endId;
  private final Pattern parts;
  private final int[] innerBytes = new int[ByteSymbols.COUNT];
  private final int[] lastBytes = new int[ByteSymbols.COUNT];

  /** Rank of a merge by the ids of its two sides; lower goes first. */
  private final Map<Long, Integer> ranks;

  private final int[] merged;

  BytePair(BytePairTable table) {
    Map<String, Integer> ids = table.ids();
    size = ids.size();
    startId = ids.get(table.start());
    endId = ids.get(table.end());
    specials = Map.of(table.start(), startId, table.end(), endId);
    parts =
        Pattern.compile(
            Pattern.quote(table.start()) + "|" + Pattern.quote(table.end()) + PARTS,
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    for (int value = 0; value < ByteSymbols.COUNT; value++) {
      innerBytes[value] = ids.get(ByteSymbols.of(value));
      lastBytes[value] = ids.get(ByteSymbols.of(value) + BytePairTable.END_OF_WORD);
    }
    ranks = HashMap.newHashMap(table.merges().size());
    merged = new int[table.merges().size()];
    for (BytePairTable.Merge merge : table.merges()) {
      int rank = ranks.size();
      ranks.put(pair(ids.get(merge.left()), ids.get(merge.right())), rank);
      merged[rank] = ids.get(merge.result());
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int startId() {
    return startId;
  }

  @Override
  public int endId() {
    return endId;
  }

  @Override
  public int[] encode(String text) {
    int[] ids = new int[64];
    int filled = 0;
    Matcher matcher = parts.matcher(CaptionText.clean(text));
    while (matcher.find()) {
      Integer special = specials.get(matcher.group());
      int[] word = special != null ? new int[] {special} : merge(matcher.group());
      if (filled + word.length > ids.length) {
        ids = Arrays.copyOf(ids, 2 * (filled + word.length));
      }
      System.arraycopy(word, 0, ids, filled, word.length);
      filled += word.length;
    }
    return Arrays.copyOf(ids, filled);
  }

  private int[] merge(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    int length = bytes.length;
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = (i < length - 1 ? innerBytes : lastBytes)[Byte.toUnsignedInt(bytes[i])];
    }
    int[] pairs = new int[length - 1]; // of each id with the next: the rank of their merge
    for (int i = 0; i < length - 1; i++) {
      pairs[i] = rank(ids[i], ids[i + 1]);
    }
    for (int best = lowest(pairs, length - 1); best != NO_MERGE; best = lowest(pairs, length - 1)) {
      length = mergeAll(ids, pairs, length, best);
    }
    return Arrays.copyOf(ids, length);
  }

  private static int lowest(int[] pairs, int count) {
    int lowest = NO_MERGE;
    for (int i = 0; i < count; i++) {
      lowest = Math.min(lowest, pairs[i]);
    }
    return lowest;
  }

  /** Merges every pair of that rank, from left to right and in place; returns the new length. */
  private int mergeAll(int[] ids, int[] pairs, int length, int rank) {
    int to = 0;
    boolean leftIsNew = false;
    for (int from = 0; from < length; to++) {
      int first = from;
      boolean isNew = from < length - 1 && pairs[from] == rank;
      ids[to] = isNew ? merged[rank] : ids[from];
      from += isNew ? 2 : 1;
      if (to > 0) {
        pairs[to - 1] = leftIsNew || isNew ? rank(ids[to - 1], ids[to]) : pairs[first - 1];
      }
      leftIsNew = isNew;
    }
    return to;
  }

  private int rank(int left, int right) {
    return ranks.getOrDefault(pair(left, right), NO_MERGE);
  }

  /** A key whose hash is spread; that of two ids side by side would be their exclusive or. */
  private long pair(int left, int right) {
    return (long) left * size + right;
  }
}
