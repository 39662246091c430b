package dev.xfolds.trainer.data;

import dev.xfolds.datasets.ImageSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The distinct images of a run, numbered in order of their first sample. */
final class ImageIndex {

  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<ImageSource> sources = new ArrayList<>();

  int add(Sample sample) {
    return numbers.computeIfAbsent(
        sample.imageKey(),
        key -> {
          sources.add(sample.image());
          return sources.size() - 1;
        });
  }

  int number(Sample sample) {
    return numbers.get(sample.imageKey());
  }

  List<ImageSource> sources() {
    return sources;
  }

  List<String> keys() {
    return List.copyOf(numbers.keySet());
  }
}
