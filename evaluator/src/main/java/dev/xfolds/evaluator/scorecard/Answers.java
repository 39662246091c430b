package dev.xfolds.evaluator.scorecard;

import java.util.List;
import java.util.Optional;

/**
 * A model's answers, each list in the order of the task's items; for retrieval the chosen text.
 *
 * @param real about the items' own images
 * @param shuffled about other items' images, if asked
 * @param blank about blank images, if asked
 */
public record Answers(
    List<String> real, Optional<List<String>> shuffled, Optional<List<String>> blank) {

  public Answers {
    real = List.copyOf(real);
    shuffled = shuffled.map(List::copyOf);
    blank = blank.map(List::copyOf);
  }

  /** Answers of a model that was asked nothing but the task. */
  public static Answers of(List<String> real) {
    return new Answers(real, Optional.empty(), Optional.empty());
  }
}
