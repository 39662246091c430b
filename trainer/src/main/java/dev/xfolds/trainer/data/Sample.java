package dev.xfolds.trainer.data;

import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.VqaItem;
import java.util.List;

/**
 * An image with its text.
 *
 * @param dataSet name of the data set in the plan, or {@code validation.data}
 * @param text caption or question
 * @param answers of a question, at least one; none with a caption
 * @param modality lower case, or empty if unknown
 */
public record Sample(
    String dataSet, ImageSource image, String text, List<String> answers, String modality) {

  public Sample {
    answers = List.copyOf(answers);
  }

  static Sample of(String dataSet, CaptionItem item) {
    return new Sample(dataSet, item.image(), item.caption(), List.of(), item.modality());
  }

  static Sample of(String dataSet, VqaItem item) {
    return new Sample(dataSet, item.image(), item.question(), item.answers(), item.modality());
  }

  /** Says which image this is, over all data sets of a run: {@code vqa-rad/synpic1.jpg}. */
  String imageKey() {
    return dataSet + "/" + image.name();
  }
}
