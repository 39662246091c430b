package dev.xfolds.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CaptionTextTest {

  @Test
  void whiteSpaceCollapsesAndCaseIsLowered() {
    assertThat(CaptionText.clean("")).isEmpty();
    assertThat(CaptionText.clean(" \t\n\u00A0\u2003\u0085")).isEmpty();
    assertThat(CaptionText.clean("\u00A0 CHEST\r\n\u2028X-Ray ")).isEqualTo("chest x-ray");
    assertThat(CaptionText.clean("\u0130")).isEqualTo("i\u0307");
  }

  @Test
  void entitiesAreUnescapedTwice() {
    assertThat(CaptionText.clean("H&amp;E, &amp;lt; 5")).isEqualTo("h&e, < 5");
    assertThat(CaptionText.clean("a < b &amp;amp;amp; c")).isEqualTo("a < b &amp; c");
  }

  @Test
  void tablesOfFtfyAreApplied() {
    assertThat(CaptionText.clean("patient\u2019s \u201Cnodule\u201D"))
        .isEqualTo("patient's \"nodule\"");
    assertThat(CaptionText.clean("\uFB01brosis \uFF21\uFF11\uFF04\uFF3C"))
        .isEqualTo("fibrosis a1$\\");
    assertThat(CaptionText.clean("cafe\u0301")).isEqualTo("caf\u00E9");
  }

  @Test
  void namedReferencesAreThoseOfHtml5() {
    assertThat(HtmlEntities.unescape("no reference")).isEqualTo("no reference");
    assertThat(HtmlEntities.unescape("&plusmn;&beta;&NotEqualTilde;"))
        .isEqualTo("\u00B1\u03B2\u2242\u0338");
    assertThat(HtmlEntities.unescape("&ampx &notit; &notin;")).isEqualTo("&x \u00ACit; \u2209");
    assertThat(HtmlEntities.unescape("&unheardof; & &; R&D")).isEqualTo("&unheardof; & &; R&D");
  }

  @Test
  void numericReferencesAreRepairedAsBrowsersDo() {
    assertThat(HtmlEntities.unescape("&#65;&#x42&#X1F600;")).isEqualTo("AB\uD83D\uDE00");
    assertThat(HtmlEntities.unescape("&#150;&#x81;")).isEqualTo("\u2013\u0081");
    assertThat(HtmlEntities.unescape("&#0;&#xD800;&#x110000;&#99999999999999999999;"))
        .isEqualTo("\uFFFD\uFFFD\uFFFD\uFFFD");
    assertThat(HtmlEntities.unescape("&#1;&#x7f;&#xFDD0;&#x1FFFF;&#11;")).isEmpty();
    assertThat(HtmlEntities.unescape("&#9;&#10;&#13;")).isEqualTo("\t\n\r");
  }
}
