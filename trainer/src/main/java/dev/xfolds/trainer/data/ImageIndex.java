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

  /** Numbers the images of samples; those that have a number keep it. */
  ImageIndex add(List<Sample> samples) {
    for (Sample sample : samples) {
      if (numbers.putIfAbsent(sample.imageKey(), sources.size()) == null) {
        sources.add(sample.image());
      }
    }
    return this;
  }

  /** The image of each sample. */
  int[] numbers(List<Sample> samples) {
    return samples.stream().mapToInt(sample -> numbers.get(sample.imageKey())).toArray();
  }

  List<ImageSource> sources() {
    return List.copyOf(sources);
  }

  /** In order of their numbers. */
  List<String> keys() {
    return List.copyOf(numbers.keySet());
  }
}
