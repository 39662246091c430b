package dev.xfolds.evaluator.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.xfolds.evaluator.normalize.Normalization;
import java.util.List;

/**
 * One way to count.
 *
 * @param description one sentence
 * @param source where the rule was published
 * @param phraseType only questions annotated with it count; empty: all
 * @param questions how many of the task's questions count, the published denominator; a load whose
 *     count differs fails
 */
public record Protocol(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String description,
    @JsonProperty(required = true) String source,
    String phraseType,
    @JsonProperty(required = true) int questions,
    @JsonProperty(required = true) Normalization normalization,
    @JsonProperty(required = true) AnswerTypeRule answerTypes,
    @JsonProperty(required = true) QuestionTypeRule questionTypes) {

  public Protocol {
    phraseType = phraseType == null ? "" : phraseType;
  }

  public boolean counts(String itemPhraseType) {
    return phraseType.isEmpty() || phraseType.equals(itemPhraseType);
  }

  /** True if the answer is one of the accepted ones, both normalised. */
  public boolean accepts(List<String> accepted, String answer) {
    String normalized = normalization.apply(answer);
    return accepted.stream().anyMatch(truth -> normalization.apply(truth).equals(normalized));
  }
}
