package dev.xfolds.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CaptionTextTest {

  @Test
  void whiteSpaceCollapsesAndCaseIsLowered() {
    assertThat(CaptionText.clean("")).isEmpty();
    assertThat(CaptionText.clean(" \t\n\u00A0\u2003\u2028")).isEmpty();
    assertThat(CaptionText.clean("\u00A0 CHEST\r\n\u2028X-Ray ")).isEqualTo("chest x-ray");
    assertThat(CaptionText.clean("\u0130")).isEqualTo("i\u0307");
  }

  @Test
  void entitiesAreUnescapedTwice() {
    assertThat(CaptionText.clean("H&amp;E, &amp;lt; 5")).isEqualTo("h&e, < 5");
    assertThat(CaptionText.clean("a < b &amp;amp;amp; c")).isEqualTo("a < b &amp; c");
    assertThat(CaptionText.clean("&amp;amp;amp;amp; <")).isEqualTo("&amp;amp; <");
    assertThat(CaptionText.clean("&amp;amp;amp;amp;")).isEqualTo("&");
  }

  @Test
  void tablesOfFtfyAreApplied() {
    assertThat(CaptionText.clean("patient\u2019s \u201Cnodule\u201D"))
        .isEqualTo("patient's \"nodule\"");
    assertThat(CaptionText.clean("\uFB01brosis \uFF21\uFF11\uFF04\uFF3C"))
        .isEqualTo("fibrosis a1$\\");
    assertThat(CaptionText.clean("\u0132sland \uFB05 \u01C4")).isEqualTo("ijsland \u017Ft d\u017E");
    assertThat(CaptionText.clean("cafe\u0301")).isEqualTo("caf\u00E9");
  }

  @Test
  void controlsEscapesAndByteOrderMarksAreRemoved() {
    assertThat(TextRepair.repair("\uFEFFa\u0000b\uFFFC\u007Fc\uFEFF")).isEqualTo("abc");
    assertThat(TextRepair.repair("\u001B[31;1mred\u001B[0m")).isEqualTo("red");
    assertThat(TextRepair.repair("a\r\nb\rc\u2028d\te\ff")).isEqualTo("a\nb\nc\nd\te\ff");
    assertThat(TextRepair.repair("\uD83Dx\uDE00 \uD83D\uDE00"))
        .isEqualTo("\uFFFDx\uFFFD \uD83D\uDE00");
    assertThat(TextRepair.repair("it\u0092s so\u0085 \u0081")).isEqualTo("it's so\u2026 \u0081");
  }

  @Test
  void entitiesAreLeftFromTheLineOfTheFirstTagOn() {
    assertThat(TextRepair.repair("&eacute;\n<b>&eacute;\n&eacute;"))
        .isEqualTo("\u00E9\n<b>&eacute;\n&eacute;");
    assertThat(TextRepair.repair("&lt;b&gt; &amp;eacute;")).isEqualTo("<b> \u00E9");
    assertThat(TextRepair.repair("P&EACUTE;REZ STRA&SZLIG;E &eacute &#59; &HEARTS; &UNHEARDOF;"))
        .isEqualTo("P\u00C9REZ STRASSE &eacute &#59; \u2665 &UNHEARDOF;");
  }

  @Test
  void misreadUtf8IsDecodedAgain() {
    assertThat(CaptionText.clean("Sch\u00C3\u00B6n")).isEqualTo("sch\u00F6n");
    assertThat(CaptionText.clean("\u00E2\u20AC\u0153broken\u00E2\u20AC\u009D"))
        .isEqualTo("\"broken\"");
    assertThat(TextRepair.repair("\u00F0\u0178\u02DC\u20AC")).isEqualTo("\uD83D\uDE00");
    assertThat(TextRepair.repair("\u00C3\u0192\u00C2\u00B6l")).isEqualTo("\u00F6l");
  }

  @Test
  void misreadPartsAreDecodedInASoundText() {
    assertThat(TextRepair.repair("caf\u00E9 \u03B2 sch\u00C3\u00B6n"))
        .isEqualTo("caf\u00E9 \u03B2 sch\u00F6n");
  }

  @Test
  void misreadTextMayHaveLostBytes() {
    assertThat(TextRepair.repair("voil\u00C3 le travail")).isEqualTo("voil\u00E0 le travail");
    assertThat(TextRepair.repair("\u00E2\u20AC\u0153a\u00E2\u20AC\uFFFD")).isEqualTo("\"a\uFFFD");
  }

  @Test
  void soundTextStaysAsItIs() {
    for (String sound :
        List.of(
            "R\u00F6ntgen, S\u00C3O Jo\u00E3o, \u00C5 \u00C9TUDE",
            "37 \u00B0C \u00B1 2 \u00B5m, \u00D7 10\u00B2 \u2013 \u00A9 \u20AC 5",
            "\u0394 \u00C4\u00B0",
            "\u80BA\u708E \u0440\u0435\u043D\u0442\u0433\u0435\u043D")) {
      assertThat(TextRepair.repair(sound)).isEqualTo(sound);
    }
  }

  @Test
  void longMisreadTextNeedsNoStack() {
    String misread = "\u00C3\u00B6".repeat(100_000);
    assertThat(TextRepair.repair(misread + " \u03B2"))
        .isEqualTo("\u00F6".repeat(100_000) + " \u03B2");
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
