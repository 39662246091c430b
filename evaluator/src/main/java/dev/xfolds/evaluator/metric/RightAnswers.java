package dev.xfolds.evaluator.metric;

import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.task.TaskItem;
import java.util.List;
import java.util.Optional;

/** Decides question by question. Exact accuracy and recall@1 are shares of what it finds right. */
public final class RightAnswers {

  private RightAnswers() {}

  /**
   * Marks every item as right or wrong.
   *
   * @param answers in the items' order; an empty one is wrong
   * @return by position: whether the answer is right. For items with choices the text must be the
   *     right choice, unnormalised; else one of the accepted answers under the protocol
   */
  public static boolean[] of(
      List<TaskItem> items, List<Optional<String>> answers, Protocol protocol) {
    if (answers.size() != items.size()) {
      throw new IllegalArgumentException(
          "answers must be as many as items (%d), were %d".formatted(items.size(), answers.size()));
    }
    boolean[] right = new boolean[items.size()];
    for (int i = 0; i < right.length; i++) {
      TaskItem item = items.get(i);
      right[i] =
          answers.get(i).isPresent()
              && (item.choices().isEmpty()
                  ? protocol.accepts(item.answers(), answers.get(i).get())
                  : item.answers().contains(answers.get(i).get()));
    }
    return right;
  }
}
