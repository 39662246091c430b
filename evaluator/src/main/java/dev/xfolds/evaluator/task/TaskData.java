package dev.xfolds.evaluator.task;

import dev.xfolds.datasets.VqaItem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A benchmark's data, loaded.
 *
 * @param items the test split, in the data's order
 * @param training what the baselines may look at; empty for retrieval
 * @param digest of questions and answers, as in {@link TaskDigest#questions}
 */
public record TaskData(Task task, List<TaskItem> items, List<VqaItem> training, String digest) {

  public TaskData {
    items = List.copyOf(items);
    training = List.copyOf(training);
  }

  /**
   * Digest of the test images' files, which it reads; differs from {@link TaskDigest#images} if the
   * files were changed or recompressed.
   *
   * @throws dev.xfolds.datasets.UnreadableImageException for the first unreadable one
   */
  public String imagesDigest() {
    return DataDigest.images(items);
  }

  /** Position in {@link #items} by id. */
  public Map<String, Integer> positions() {
    Map<String, Integer> positions = HashMap.newHashMap(items.size());
    for (int i = 0; i < items.size(); i++) {
      positions.put(items.get(i).id(), i);
    }
    return positions;
  }
}
