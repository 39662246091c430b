package dev.xfolds.datasets.inspect;

import java.util.List;
import java.util.Map;

/**
 * The facts about a data set.
 *
 * @param path as it was given
 * @param unit what the items are: "questions", "captions" or "images"
 * @param nearDistance most different bits of two difference hashes that count as near
 * @param notes what the readers noticed
 */
public record Inspection(
    String path,
    InspectFormat format,
    String unit,
    int nearDistance,
    List<Split> splits,
    List<Overlap> overlaps,
    Duplicates duplicates,
    List<Unreadable> unreadable,
    List<String> notes) {

  public Inspection {
    splits = List.copyOf(splits);
    overlaps = List.copyOf(overlaps);
    unreadable = List.copyOf(unreadable);
    notes = List.copyOf(notes);
  }

  /**
   * One split.
   *
   * @param images distinct ones
   * @param distinctTexts distinct questions or captions
   * @param repeated items whose image and text an earlier item has
   * @param labels how many items have which value, by property, the most frequent first;
   *     "(unknown)" where a value is missing
   */
  public record Split(
      String name,
      int items,
      int images,
      int distinctTexts,
      int repeated,
      Map<String, Map<String, Integer>> labels) {}

  /**
   * How much of one split is also in another.
   *
   * @param images of {@code of} whose file is also in {@code in}
   * @param nearImages of {@code of} that are near to one in {@code in}, those counted above
   *     excepted
   * @param texts distinct questions or captions of {@code of} that occur in {@code in}
   * @param repeatedItems items of {@code of} whose image, question and an answer occur together in
   *     {@code in}
   * @param openQuestions open questions of {@code of}
   * @param unseenAnswers those among them none of whose answers, in lower case, occurs in {@code
   *     in}
   */
  public record Overlap(
      String of,
      String in,
      int images,
      int ofImages,
      Integer nearImages,
      int texts,
      int ofTexts,
      int repeatedItems,
      int ofItems,
      int openQuestions,
      int unseenAnswers) {}

  /**
   * Images that occur under several names, over all splits.
   *
   * @param exactGroups names of images with the same file, at most 10 groups
   * @param exactImages images beyond the first of each group
   * @param nearPairs pairs of near images with different files; null if not compared
   * @param nearExamples at most 10 of them
   */
  public record Duplicates(
      int exactImages,
      List<List<String>> exactGroups,
      Integer nearPairs,
      List<List<String>> nearExamples) {}

  /** An image that cannot be used. */
  public record Unreadable(String image, String reason) {}
}
