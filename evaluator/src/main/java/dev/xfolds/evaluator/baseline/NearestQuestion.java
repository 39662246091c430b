package dev.xfolds.evaluator.baseline;

import dev.xfolds.datasets.VqaItem;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Nearest training questions by the Jaccard index of the sets of {@code [a-z0-9]+} in the
 * lower-case questions, the first of equals in training order.
 */
final class NearestQuestion {

  private static final Pattern WORD = Pattern.compile("[a-z0-9]+");

  private final TaskData data;

  /** Distinct word sets of the training questions, and which one each training item has. */
  private final List<Set<String>> wordSets = new ArrayList<>();

  private final int[] wordSetOfTraining;
  private final Map<String, List<Integer>> setsWithWord = new HashMap<>();
  private final Map<Set<String>, double[]> similarities = new HashMap<>();
  private final Map<Set<String>, Optional<String>> frequent = new HashMap<>();

  NearestQuestion(TaskData data) {
    this.data = data;
    Map<Set<String>, Integer> numbers = new HashMap<>();
    this.wordSetOfTraining =
        data.training().stream()
            .mapToInt(
                item ->
                    numbers.computeIfAbsent(
                        words(item.question()),
                        set -> {
                          wordSets.add(set);
                          return wordSets.size() - 1;
                        }))
            .toArray();
    for (int set = 0; set < wordSets.size(); set++) {
      for (String word : wordSets.get(set)) {
        setsWithWord.computeIfAbsent(word, key -> new ArrayList<>()).add(set);
      }
    }
  }

  /** The answer of the nearest training item that the filter lets pass; empty if none passes. */
  List<Optional<String>> first(BiPredicate<TaskItem, VqaItem> filter) {
    return data.items().stream().map(item -> first(item, filter)).toList();
  }

  private Optional<String> first(TaskItem item, BiPredicate<TaskItem, VqaItem> filter) {
    double[] similarity = similarity(words(item.question()));
    VqaItem best = null;
    double highest = -1;
    for (int i = 0; i < wordSetOfTraining.length; i++) {
      double value = similarity[wordSetOfTraining[i]];
      VqaItem candidate = data.training().get(i);
      if (value > highest && filter.test(item, candidate)) {
        highest = value;
        best = candidate;
      }
    }
    return Optional.ofNullable(best).map(nearest -> nearest.answers().getFirst());
  }

  /** The most frequent answer of all training items that are nearest. */
  List<Optional<String>> mostFrequent() {
    return data.items().stream()
        .map(item -> frequent.computeIfAbsent(words(item.question()), this::mostFrequent))
        .toList();
  }

  private Optional<String> mostFrequent(Set<String> words) {
    double[] similarity = similarity(words);
    double highest = -1;
    for (double value : similarity) {
      highest = Math.max(highest, value);
    }
    List<VqaItem> nearest = new ArrayList<>();
    for (int i = 0; i < wordSetOfTraining.length; i++) {
      if (similarity[wordSetOfTraining[i]] == highest) {
        nearest.add(data.training().get(i));
      }
    }
    return Majority.of(nearest.stream());
  }

  /** The Jaccard index with each distinct word set; 0 if both are empty. */
  double[] similarity(Set<String> words) {
    return similarities.computeIfAbsent(words, this::jaccard);
  }

  private double[] jaccard(Set<String> words) {
    int[] common = new int[wordSets.size()];
    for (String word : words) {
      for (int set : setsWithWord.getOrDefault(word, List.of())) {
        common[set]++;
      }
    }
    double[] values = new double[common.length];
    for (int set = 0; set < values.length; set++) {
      int union = words.size() + wordSets.get(set).size() - common[set];
      values[set] = union == 0 ? 0 : (double) common[set] / union;
    }
    return values;
  }

  static Set<String> words(String question) {
    return WORD.matcher(question.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toUnmodifiableSet());
  }
}
