package dev.xfolds.datasets.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReferenceAnswersTest {

  @Test
  void hashSeparatesAlternatives() {
    assertThat(ReferenceAnswers.of("skull and contents#spine and contents"))
        .containsExactly("skull and contents", "spine and contents");
    assertThat(ReferenceAnswers.of("axial")).containsExactly("axial");
  }

  @Test
  void partInParenthesesMayBeLeftOut() {
    assertThat(ReferenceAnswers.of("(angioinvasive aspergillosis with) septic cerebral emboli"))
        .containsExactly(
            "(angioinvasive aspergillosis with) septic cerebral emboli",
            "angioinvasive aspergillosis with septic cerebral emboli",
            "septic cerebral emboli");
    assertThat(ReferenceAnswers.of("aml (angiomyolipoma)")).contains("aml");
  }

  @Test
  void nothingButSignsGivesNoAnswer() {
    assertThat(ReferenceAnswers.of("#")).isEmpty();
    assertThat(ReferenceAnswers.of("a##b ( )")).contains("a", "b");
  }
}
