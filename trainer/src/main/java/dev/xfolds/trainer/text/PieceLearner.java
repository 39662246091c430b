package dev.xfolds.trainer.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Learns WordPiece's vocabulary from distinct words and how often they come. Counts of pairs are
 * kept up to date: a merge visits only the words that hold its pair.
 */
final class PieceLearner {

  /** A pair of pieces with its count when it was queued; outdated if the count has changed. */
  private record Candidate(long count, String left, String right) {

    static final Comparator<Candidate> BEST_FIRST =
        Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparing(Candidate::left)
            .thenComparing(Candidate::right);
  }

  private final int maximumSize;
  private final List<String> tokens = new ArrayList<>(WordPiece.SPECIALS);
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<int[]> words = new ArrayList<>();
  private final List<Long> wordCounts = new ArrayList<>();
  private final Map<Long, Long> pairCounts = new HashMap<>();

  /** Numbers of the words that hold a pair, or did before a merge. */
  private final Map<Long, List<Integer>> wordsOf = new HashMap<>();

  private final PriorityQueue<Candidate> queue = new PriorityQueue<>(Candidate.BEST_FIRST);

  PieceLearner(Iterable<String> texts, int maximumSize) {
    this.maximumSize = maximumSize;
    Map<String, Long> counts = new HashMap<>();
    for (String text : texts) {
      Words.of(text).forEach(word -> counts.merge(word, 1L, Long::sum));
    }
    addCharacters(counts);
    if (tokens.size() < maximumSize) { // else characters are missing, and no merge is made
      counts.forEach(this::addWord);
    }
  }

  /** All tokens in order of their ids. */
  List<String> learn(int minimumFrequency) {
    pairCounts.keySet().forEach(pair -> enqueue(pair, minimumFrequency));
    while (tokens.size() < maximumSize && !queue.isEmpty()) {
      Candidate best = queue.poll();
      long pair = pair(ids.get(best.left()), ids.get(best.right()));
      if (pairCounts.get(pair) == best.count()) {
        merge(best, pair).forEach(changed -> enqueue(changed, minimumFrequency));
      }
    }
    return List.copyOf(tokens);
  }

  private void addCharacters(Map<String, Long> counts) {
    Map<String, Long> characters = new HashMap<>();
    counts.forEach(
        (word, count) ->
            characters(word).forEach(character -> characters.merge(character, count, Long::sum)));
    characters.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(maximumSize - tokens.size())
        .forEach(entry -> id(entry.getKey()));
  }

  private static List<String> characters(String word) {
    List<String> characters = new ArrayList<>();
    word.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            character ->
                characters.add(characters.isEmpty() ? character : WordPiece.CONTINUES + character));
    return characters;
  }

  private int id(String token) {
    return ids.computeIfAbsent(
        token,
        added -> {
          tokens.add(added);
          return tokens.size() - 1;
        });
  }

  private void addWord(String word, long count) {
    int[] pieces = characters(word).stream().mapToInt(ids::get).toArray();
    words.add(pieces);
    wordCounts.add(count);
    for (int i = 1; i < pieces.length; i++) {
      long pair = pair(pieces[i - 1], pieces[i]);
      pairCounts.merge(pair, count, Long::sum);
      wordsOf.computeIfAbsent(pair, absent -> new ArrayList<>()).add(words.size() - 1);
    }
  }

  private void enqueue(long pair, int minimumFrequency) {
    long count = pairCounts.get(pair);
    if (count >= minimumFrequency) {
      queue.add(new Candidate(count, tokens.get(left(pair)), tokens.get(right(pair))));
    }
  }

  /** Merges a pair in all words; returns the pairs whose counts have changed. */
  private List<Long> merge(Candidate best, long pair) {
    int merged = id(best.left() + best.right().substring(WordPiece.CONTINUES.length()));
    Map<Long, Long> changes = new HashMap<>();
    for (int word : wordsOf.remove(pair)) {
      int[] before = words.get(word);
      int[] after = merge(before, pair, merged);
      if (after.length < before.length) {
        words.set(word, after);
        count(before, -wordCounts.get(word), changes);
        count(after, wordCounts.get(word), changes);
        index(after, merged, word);
      }
    }
    changes.values().removeIf(change -> change == 0);
    changes.forEach((changed, change) -> pairCounts.merge(changed, change, Long::sum));
    return List.copyOf(changes.keySet());
  }

  private int[] merge(int[] pieces, long pair, int merged) {
    int[] result = new int[pieces.length];
    int to = 0;
    for (int from = 0; from < pieces.length; to++) {
      boolean here = from < pieces.length - 1 && pair(pieces[from], pieces[from + 1]) == pair;
      result[to] = here ? merged : pieces[from];
      from += here ? 2 : 1;
    }
    return Arrays.copyOf(result, to);
  }

  private void count(int[] pieces, long times, Map<Long, Long> changes) {
    for (int i = 1; i < pieces.length; i++) {
      changes.merge(pair(pieces[i - 1], pieces[i]), times, Long::sum);
    }
  }

  private void index(int[] pieces, int merged, int word) {
    for (int i = 1; i < pieces.length; i++) {
      if (pieces[i - 1] == merged || pieces[i] == merged) {
        wordsOf
            .computeIfAbsent(pair(pieces[i - 1], pieces[i]), absent -> new ArrayList<>())
            .add(word);
      }
    }
  }

  /** A key whose hash is spread; that of two ids side by side would be their exclusive or. */
  private long pair(int left, int right) {
    return (long) left * maximumSize + right;
  }

  private int left(long pair) {
    return (int) (pair / maximumSize);
  }

  private int right(long pair) {
    return (int) (pair % maximumSize);
  }
}
