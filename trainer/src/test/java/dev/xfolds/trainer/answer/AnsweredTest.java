package dev.xfolds.trainer.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.AnswerType;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AnsweredTest {

  private static Answered answered(String text, int choice, double confidence) {
    return new Answered(text, choice, OptionalDouble.of(confidence), AnswerType.OPEN);
  }

  @Test
  void charactersAreCodePoints() {
    assertThat(answered("\uD835\uDC00".repeat(4096), 0, 1).text()).hasSize(8192);
    assertThatThrownBy(() -> answered("a".repeat(4097), 0, 1))
        .hasMessage("text must have at most 4096 characters, had 4097");
  }

  @Test
  void numbersMustBeInRange() {
    assertThatThrownBy(() -> answered("", -1, 1))
        .hasMessage("choice must be zero or positive, was -1");
    assertThatThrownBy(() -> answered("", 0, Double.NaN))
        .hasMessage("confidence must be in 0..1, was NaN");
    assertThatThrownBy(() -> answered("", 0, 1.5))
        .hasMessage("confidence must be in 0..1, was 1.5");
  }
}
