package dev.xfolds.datasets;

import java.util.List;

/**
 * One question about one image.
 *
 * @param id unique within its split
 * @param answers at least one; every one of them is right
 * @param questionType as annotated ("PRES", "modality"), or empty
 * @param organ as annotated, or empty
 * @param modality of the image, lower case ("ct", "mr", "xray", "us"), or empty if unknown
 * @param phraseType as annotated ("freeform"), or empty
 */
public record VqaItem(
    String id,
    ImageSource image,
    String question,
    List<String> answers,
    AnswerType answerType,
    String questionType,
    String organ,
    String modality,
    String phraseType) {

  public VqaItem {
    answers = List.copyOf(answers);
    if (answers.isEmpty()) {
      throw new DataException("question " + id + " must have at least one answer, has none");
    }
  }
}
