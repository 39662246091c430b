package dev.xfolds.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WordPieceTest {

  private static List<String> vocabulary(WordPiece tokenizer) {
    return new String(tokenizer.toBytes(), StandardCharsets.UTF_8).lines().toList();
  }

  private static List<String> learned(List<String> texts, int maximumSize, int minimumFrequency) {
    List<String> tokens = vocabulary(WordPiece.learn(texts, maximumSize, minimumFrequency));
    assertThat(tokens.subList(0, 4)).containsExactly("[PAD]", "[UNK]", "[START]", "[END]");
    return tokens.subList(4, tokens.size());
  }

  @Test
  void mostFrequentPairsAreMergedFirst() {
    // a ##b: 3, ##b ##c: 2, x ##y: 1
    assertThat(learned(List.of("ab abc", "ABC xy"), 100, 2))
        .containsExactly("##b", "a", "##c", "##y", "x", "ab", "abc");
    assertThat(learned(List.of("ab abc", "ABC xy"), 100, 3))
        .containsExactly("##b", "a", "##c", "##y", "x", "ab");
    assertThat(learned(List.of("ab abc", "ABC xy"), 10, 1))
        .containsExactly("##b", "a", "##c", "##y", "x", "ab");
  }

  @Test
  void tiesAreBrokenByText() {
    assertThat(learned(List.of("cd ab"), 9, 1)).containsExactly("##b", "##d", "a", "c", "ab");
  }

  @Test
  void charactersComeByFrequencyIfThereIsLittleRoom() {
    assertThat(learned(List.of("a a a b b c"), 6, 1)).containsExactly("a", "b");
  }

  @Test
  void countsStayTrueWhilePairsAreMerged() {
    Random random = new Random(7);
    for (int round = 0; round < 30; round++) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        StringBuilder word = new StringBuilder();
        for (int length = 1 + random.nextInt(9); length > 0; length--) {
          word.append((char) ('a' + random.nextInt(3)));
        }
        texts.add(word.toString());
      }
      int size = 10 + random.nextInt(40);
      assertThat(learned(texts, size, 2)).isEqualTo(PlainLearner.learn(texts, size, 2));
    }
  }

  @Test
  void orderOfTextsChangesNothing() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      texts.add("lesion " + i * 37 % 100 + " of the left lung, segment " + i % 7);
    }
    List<String> first = learned(texts, 120, 2);
    Collections.shuffle(texts, new Random(1));
    assertThat(learned(texts, 120, 2)).isEqualTo(first);
  }

  @Test
  void longestPiecesAreTaken() {
    WordPiece tokenizer = tokenizer("lung", "l", "##u", "##un", "##ng", "##g", "?");
    assertThat(tokenizer.encode("Lung lug?")).containsExactly(4, 5, 6, 9, 10);
    assertThat(tokenizer.encode("LUNGUN")).containsExactly(4, 7);
    assertThat(tokenizer.encode("")).isEmpty();
  }

  @Test
  void unknownCharactersBecomeUnknownTokens() {
    WordPiece tokenizer = tokenizer("l", "##u", "##g");
    assertThat(tokenizer.encode("lxg u \uD83E\uDEC1")).containsExactly(4, 1, 6, 1, 1);
    assertThat(tokenizer.encode("l\uD835\uDD6Bu")).containsExactly(4, 1, 5);
  }

  @Test
  void specialTokensCannotBeSpelt() {
    WordPiece tokenizer = WordPiece.learn(List.of("[PAD] [UNK] [START] [END]"), 100, 1);
    assertThat(tokenizer.encode("[PAD] [START] [END]")).doesNotContain(0, 1, 2, 3).isNotEmpty();
    assertThat(tokenizer.sequence("[", 8)).hasSize(3).startsWith(2).endsWith(3);
  }

  @Test
  void nothingLearnedLeavesTheSpecialTokens() {
    WordPiece tokenizer = WordPiece.learn(List.of(" ", ""), 100, 1);
    assertThat(tokenizer.size()).isEqualTo(4);
    assertThat(tokenizer.encode("lung")).containsExactly(1, 1, 1, 1);
  }

  @Test
  void wordsEndAtWhiteSpaceAndPunctuation() {
    assertThat(Words.of("T2-weighted\u00A0MRI, 5\u00B5m (\u22655\u00B2)."))
        .containsExactly(
            "t2", "-", "weighted", "mri", ",", "5\u00B5m", "(", "\u2265", "5\u00B2", ")", ".");
    assertThat(Words.of("soft\u00ADhyphen zero\u200Bwidth \u0000nul \uD800"))
        .containsExactly("softhyphen", "zerowidth", "nul");
    assertThat(Words.of("cafe\u0301 \uD83E\uDEC1lung"))
        .containsExactly("cafe\u0301", "\uD83E\uDEC1", "lung");
  }

  @Test
  void impossibleLimitsAreRefused() {
    assertThatThrownBy(() -> WordPiece.learn(List.of(), 4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maximumSize must be at least 5, was 4");
    assertThatThrownBy(() -> WordPiece.learn(List.of(), 5, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("minimumFrequency must be at least 1, was 0");
  }

  private static WordPiece tokenizer(String... pieces) {
    List<String> tokens = new ArrayList<>(WordPiece.SPECIALS);
    tokens.addAll(Arrays.asList(pieces));
    return new WordPiece(tokens);
  }
}
