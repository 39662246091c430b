package dev.xfolds.trainer.answer;

import java.util.List;

/**
 * A question as a model gets it.
 *
 * @param text empty for retrieval
 * @param choices for retrieval; empty for questions with a free answer
 * @param image equal images of one batch are the same object, so a model can compute them once
 */
public record Asked(String text, List<String> choices, ImageFile image) {

  public Asked {
    choices = List.copyOf(choices);
  }
}
