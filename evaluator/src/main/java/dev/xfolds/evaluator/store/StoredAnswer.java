package dev.xfolds.evaluator.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * One line of answers.jsonl.
 *
 * @param item the question's id in its task
 * @param choice index into the choices of a retrieval question; null for a free answer
 * @param predictedType "OPEN" or "CLOSED"; null if the model predicts none
 * @param confidence 0..1, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoredAnswer(
    String item,
    Variant variant,
    String text,
    Integer choice,
    String predictedType,
    Float confidence,
    float latencySeconds) {

  public StoredAnswer {
    Objects.requireNonNull(item, "item");
    Objects.requireNonNull(variant, "variant");
    Objects.requireNonNull(text, "text");
  }
}
