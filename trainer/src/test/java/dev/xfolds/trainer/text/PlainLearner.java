package dev.xfolds.trainer.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** WordPiece's learning without any bookkeeping: counts all pairs anew for every merge. */
final class PlainLearner {

  private record Pair(String left, String right) {}

  private static final Comparator<Map.Entry<Pair, Integer>> BEST_FIRST =
      Comparator.comparing((Map.Entry<Pair, Integer> entry) -> -entry.getValue())
          .thenComparing(entry -> entry.getKey().left())
          .thenComparing(entry -> entry.getKey().right());

  private PlainLearner() {}

  /** Tokens after the special ones, of texts that are a word each. */
  static List<String> learn(List<String> texts, int maximumSize, int minimumFrequency) {
    List<List<String>> words = new ArrayList<>();
    Map<String, Integer> characters = new TreeMap<>();
    for (String text : texts) {
      List<String> word = new ArrayList<>();
      text.chars().forEach(c -> word.add((word.isEmpty() ? "" : WordPiece.CONTINUES) + (char) c));
      word.forEach(piece -> characters.merge(piece, 1, Integer::sum));
      words.add(word);
    }
    int room = maximumSize - WordPiece.SPECIALS.size();
    Set<String> tokens =
        characters.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .limit(room)
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    while (tokens.size() < room) {
      Map.Entry<Pair, Integer> best = count(words).entrySet().stream().min(BEST_FIRST).orElse(null);
      if (best == null || best.getValue() < minimumFrequency) {
        break;
      }
      Pair pair = best.getKey();
      String merged = pair.left() + pair.right().substring(2);
      tokens.add(merged);
      words.forEach(word -> merge(word, pair, merged));
    }
    return List.copyOf(tokens);
  }

  private static Map<Pair, Integer> count(List<List<String>> words) {
    return words.stream()
        .flatMap(
            word ->
                IntStream.range(1, word.size())
                    .mapToObj(i -> new Pair(word.get(i - 1), word.get(i))))
        .collect(Collectors.toMap(pair -> pair, pair -> 1, Integer::sum));
  }

  private static void merge(List<String> word, Pair pair, String merged) {
    for (int i = 0; i + 1 < word.size(); i++) {
      if (word.get(i).equals(pair.left()) && word.get(i + 1).equals(pair.right())) {
        word.set(i, merged);
        word.remove(i + 1);
      }
    }
  }
}
