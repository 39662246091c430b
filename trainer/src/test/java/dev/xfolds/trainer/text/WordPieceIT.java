package dev.xfolds.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WordPieceIT {

  private static final String SPECIALS = "[PAD]\n[UNK]\n[START]\n[END]\n";

  @TempDir Path folder;

  private void assertRefused(String text, String... parts) throws IOException {
    assertRefused(Files.writeString(folder.resolve("vocabulary.txt"), text), parts);
  }

  private static void assertRefused(Path file, String... parts) {
    assertThatThrownBy(() -> WordPiece.read(file))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessageStartingWith(file.toString())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void writtenVocabularyIsReadBack() throws IOException {
    List<String> texts =
        List.of("caf\u00E9 \u80F8\u90E8X\u7EBF", "\uD835\uDD6B # ##x pleural effusion");
    WordPiece learned = WordPiece.learn(texts, 100, 1);
    WordPiece read =
        WordPiece.read(Files.write(folder.resolve("vocabulary.txt"), learned.toBytes()));
    assertThat(read.size()).isEqualTo(learned.size());
    assertThat(read.toBytes()).isEqualTo(learned.toBytes());
    for (String text : texts) {
      assertThat(read.encode(text)).isEqualTo(learned.encode(text)).doesNotContain(1);
    }
  }

  @Test
  void missingEmptyAndHugeFilesAreRefused() throws IOException {
    assertRefused(folder.resolve("absent"), "must be a vocabulary of WordPiece, is missing");
    assertRefused("", "must be a vocabulary of WordPiece, is empty");
    Path large = Files.write(folder.resolve("large"), new byte[UserFile.MAX_BYTES + 1]);
    assertRefused(large, "must have at most 16777216 bytes, has more");
  }

  @Test
  void cutAndForeignFilesAreRefused() throws IOException {
    assertRefused(SPECIALS + "lun", "must end with a line feed, is cut in its last line");
    Path latin = Files.write(folder.resolve("latin"), new byte[] {(byte) 0xE9, '\n'});
    assertRefused(latin, "must be UTF-8, is not");
    assertRefused("[PAD]\n[UNK]\n", "lines 1 to 4 must be [[PAD], [UNK], [START], [END]]");
    assertRefused("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n", "were [[PAD], [UNK], [CLS], [SEP]]");
  }

  @Test
  void tokensThereTwiceOrWithWhiteSpaceAreRefused() throws IOException {
    assertRefused(
        SPECIALS + "a\nb\na\n", "line 7 must be a token of its own, \"a\" is there before");
    assertRefused(SPECIALS + "a\n\nb\n", "line 6 must be a token without white space, was \"\"");
    assertRefused(SPECIALS + "a b\n", "line 5 must be a token without white space, was \"a b\"");
    assertRefused(SPECIALS + "a\r\n", "line 5 must be a token without white space");
  }
}
