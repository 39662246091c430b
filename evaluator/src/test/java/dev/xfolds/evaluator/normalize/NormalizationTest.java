package dev.xfolds.evaluator.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalizationTest {

  @Test
  void lowerCaseKeepsEverythingButCaseAndOuterSpaces() {
    assertThat(Normalization.LOWER_CASE.apply("  Left Lung. ")).isEqualTo("left lung.");
  }

  /** Worked out by hand from the published scorer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Posterior-Anterior|posterior anterior",
        "On the patient's left|on patients left",
        "x-ray|xray",
        "Plain film x ray|plain film xray",
        "MRI - T2 weighted|mri t2 weighted",
        "2.5cm x 1.7cm x 1.6cm|25cm x 17cm x 16cm",
        "Supine (see air-fluid level)|supine see air fluid level",
        "pulmonary/lymphatic|pulmonary lymphatic",
        "None|0",
        "Ten|10",
        "The base of the cecum|base of cecum",
        "don't|dont",
        "left- sided-mass|left sidedmass"
      })
  void mumcRewritesAsItsScorer(String answer, String expected) {
    assertThat(Normalization.MUMC.apply(answer)).isEqualTo(expected);
  }

  @Test
  void mumcReadsTabAsSpace() {
    assertThat(Normalization.MUMC.apply("Skull \tcartilage and medulla"))
        .isEqualTo("skull cartilage and medulla");
  }

  /** Worked out by hand from the published scorer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Posterior-Anterior|posterior anterior",
        "On the patient's left|on patient's left",
        "x-ray|xray",
        "3.4 cm|3.4 cm",
        "On the right shoulder.|on right shoulder",
        "Caudate, putamen, left parietal|caudate putamen left parietal",
        "MRI - T2 weighted|mri t2 weighted",
        "1,000 mm-wide|1000 mmwide",
        "It isn't|it isnt",
        "It isnt|it isnt"
      })
  void mevfRewritesAsItsScorer(String answer, String expected) {
    assertThat(Normalization.MEVF.apply(answer)).isEqualTo(expected);
  }

  @Test
  void markBesideSpaceVanishesEverywhereElseBecomesSpace() {
    assertThat(VqaPunctuation.strip("a-b -c")).isEqualTo("ab c");
    assertThat(VqaPunctuation.strip("a-b/c")).isEqualTo("a b c");
  }

  @Test
  void commaBetweenDigitsMakesEveryMarkVanish() {
    assertThat(VqaPunctuation.strip("1,5 a/b")).isEqualTo("15 ab");
  }

  @Test
  void pointBeforeDigitStaysAndAtMost32OthersVanish() {
    assertThat(VqaPunctuation.strip(".5 a.")).isEqualTo(".5 a");
    assertThat(VqaPunctuation.strip("a.".repeat(33))).isEqualTo("a".repeat(33) + ".");
  }

  @Test
  void contractionsAreEqualWithAndWithoutApostrophe() {
    assertThat(VqaWords.rewrite("He's fine")).isEqualTo(VqaWords.rewrite("hes fine"));
    assertThat(VqaWords.rewrite("she's")).isEqualTo("she's");
  }
}
