package dev.xfolds.evaluator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.Contamination;
import org.junit.jupiter.api.Test;

final class ScoreTablesTest {

  @Test
  void questionsOfTheSameTextAreNotCountedAgainAmongTheNormalised() {
    assertThat(
            ScoreTables.contamination(
                Contamination.newBuilder()
                    .setTestImages(384)
                    .setTestQuestions(211)
                    .setExactQuestions(211)
                    .build()))
        .contains("Question: the same text</th><td>211 of 211 test questions")
        .contains(
            "Question: the same words, only after normalising</th><td>0 of 211 test questions");
  }
}
