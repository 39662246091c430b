package dev.xfolds.trainer.answer;

import dev.xfolds.contract.v1.AnswerType;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A model's answer.
 *
 * @param text at most 4,096 characters (code points); empty for retrieval
 * @param choice index into the question's choices; 0 for a free answer
 * @param confidence 0..1, if the model has one
 * @param predictedType unspecified if the model predicts none
 */
public record Answered(
    String text, int choice, OptionalDouble confidence, AnswerType predictedType) {

  private static final int MAX_TEXT = 4096;

  public Answered {
    Objects.requireNonNull(predictedType, "predictedType");
    int characters = text.codePointCount(0, text.length());
    if (characters > MAX_TEXT) {
      throw new IllegalArgumentException(
          "text must have at most %d characters, had %d".formatted(MAX_TEXT, characters));
    }
    if (choice < 0) {
      throw new IllegalArgumentException("choice must be zero or positive, was " + choice);
    }
    if (confidence.isPresent() && !inUnit(confidence.getAsDouble())) {
      throw new IllegalArgumentException(
          "confidence must be in 0..1, was " + confidence.getAsDouble());
    }
  }

  private static boolean inUnit(double value) {
    return value >= 0 && value <= 1;
  }
}
