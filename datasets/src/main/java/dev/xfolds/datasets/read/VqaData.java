package dev.xfolds.datasets.read;

import dev.xfolds.datasets.VqaItem;
import java.util.List;

/**
 * What a question file holds.
 *
 * @param items in the order of the file
 * @param problems what did not stop the reading, a sentence each: images that are not there, values
 *     that were mended, what a filter could not judge
 * @param annotationDigest sha-256, lower-case hex, of the annotation files' bytes, concatenated in
 *     order of role; of one file it is what {@code sha256sum} prints
 */
public record VqaData(List<VqaItem> items, List<String> problems, String annotationDigest) {

  public VqaData {
    items = List.copyOf(items);
    problems = List.copyOf(problems);
  }
}
