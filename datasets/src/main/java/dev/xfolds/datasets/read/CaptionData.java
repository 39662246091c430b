package dev.xfolds.datasets.read;

import dev.xfolds.datasets.CaptionItem;
import java.util.List;

/**
 * What a caption file holds.
 *
 * @param items in the order of the file
 * @param problems as in {@link VqaData}
 * @param annotationDigest as in {@link VqaData}
 */
public record CaptionData(List<CaptionItem> items, List<String> problems, String annotationDigest) {

  public CaptionData {
    items = List.copyOf(items);
    problems = List.copyOf(problems);
  }
}
