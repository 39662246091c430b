package dev.xfolds.evaluator.baseline;

import dev.xfolds.datasets.VqaItem;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskItem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The baselines of question answering. Each looks at the training questions and answers, and of a
 * test item at its question, its annotated types and which image it is about; never at pixels.
 *
 * <p>Answers are counted in lower case without spaces around them; the first of several accepted
 * ones; of equally frequent ones the first in training order.
 */
public enum Baseline {
  /** The most frequent training answer among questions of the same answer type. */
  MAJORITY("majority"),

  /** The most frequent training answer among questions of the same question and answer type. */
  MAJORITY_QUESTION_TYPE("majority-question-type"),

  /** The most frequent training answer among the training questions nearest to this one. */
  MAJORITY_NEAREST_QUESTION("majority-nearest-question"),

  /** The answer of the nearest training question about any other image. */
  NEAREST_QUESTION_OTHER_IMAGE("nearest-question-other-image"),

  /**
   * The answer of the nearest training question about the same image; it knows which image it is,
   * though not what it shows.
   */
  NEAREST_QUESTION_SAME_IMAGE("nearest-question-same-image");

  private final String label;

  Baseline(String label) {
    this.label = label;
  }

  /** Name in reports. */
  public String label() {
    return label;
  }

  /** Those that exist for a task: the last one only where training and test share images. */
  public static List<Baseline> of(TaskData data) {
    return Arrays.stream(values())
        .filter(
            baseline ->
                baseline != NEAREST_QUESTION_SAME_IMAGE || data.task().sharesTrainingImages())
        .toList();
  }

  /** Answers to the task's items in order; empty where the baseline has none to give. */
  public List<Optional<String>> answers(TaskData data) {
    return switch (this) {
      case MAJORITY ->
          Majority.by(data, VqaItem::answerType, item -> item.answerType().orElse(null));
      case MAJORITY_QUESTION_TYPE ->
          Majority.by(
              data,
              item -> List.of(item.answerType(), item.questionType()),
              item ->
                  item.answerType().map(type -> List.of(type, item.questionType())).orElse(null));
      case MAJORITY_NEAREST_QUESTION -> new NearestQuestion(data).mostFrequent();
      case NEAREST_QUESTION_OTHER_IMAGE ->
          new NearestQuestion(data).first((test, image) -> !isSame(test, image, data));
      case NEAREST_QUESTION_SAME_IMAGE ->
          new NearestQuestion(data).first((test, image) -> isSame(test, image, data));
    };
  }

  private static boolean isSame(TaskItem item, VqaItem training, TaskData data) {
    return data.task().sharesTrainingImages() && item.imageKey().equals(training.image().name());
  }
}
