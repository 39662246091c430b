package dev.xfolds.evaluator.baseline;

import dev.xfolds.datasets.VqaItem;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskItem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Most frequent answers. */
final class Majority {

  private Majority() {}

  /** For every item the most frequent answer among training items with the same key. */
  static List<Optional<String>> by(
      TaskData data, Function<VqaItem, ?> trainingKey, Function<TaskItem, ?> itemKey) {
    Map<Object, Optional<String>> answers =
        data.training().stream()
            .collect(
                Collectors.groupingBy(
                    trainingKey,
                    Collectors.collectingAndThen(
                        Collectors.toList(), items -> of(items.stream()))));
    return data.items().stream()
        .map(itemKey)
        .map(
            key ->
                key == null
                    ? Optional.<String>empty()
                    : answers.getOrDefault(key, Optional.empty()))
        .toList();
  }

  /** The most frequent first answer, the first of equals; empty without items. */
  static Optional<String> of(Stream<VqaItem> items) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    items.forEach(
        item ->
            counts.merge(
                item.answers().getFirst().strip().toLowerCase(Locale.ROOT), 1, Integer::sum));
    String best = null;
    for (var entry : counts.entrySet()) {
      if (best == null || entry.getValue() > counts.get(best)) {
        best = entry.getKey();
      }
    }
    return Optional.ofNullable(best);
  }
}
