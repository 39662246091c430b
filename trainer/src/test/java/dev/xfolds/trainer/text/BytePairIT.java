package dev.xfolds.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BytePairIT {

  /** Ids 512, 513, 514; start is 515, end is 516. */
  private static final List<String> LUNG = List.of("l u", "n g</w>", "lu ng</w>");

  private static final String HEADER = "\"bpe_simple_vocab_16e6.txt#version: 0.2\n";

  @TempDir Path folder;

  private Path json(ObjectNode root) throws IOException {
    return Files.writeString(folder.resolve("tokenizer.json"), root.toString());
  }

  private Path gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return Files.write(folder.resolve("vocabulary.gz"), bytes.toByteArray());
  }

  /** Merges of two bytes each, none at the end of a word. */
  private static String mergeList(int merges) {
    StringBuilder list = new StringBuilder(HEADER);
    List<String> symbols = ByteSymbols.ordered();
    for (int i = 0; i < merges; i++) {
      list.append(symbols.get(i / 256)).append(' ').append(symbols.get(i % 256)).append('\n');
    }
    return list.toString();
  }

  private static int id(char symbol) {
    return ByteSymbols.ordered().indexOf(String.valueOf(symbol));
  }

  private static void assertRefused(Path file, String... parts) {
    assertThatThrownBy(() -> Tokenizer.bytePair(file))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessageStartingWith(file.toString())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  private void assertRefused(Consumer<ObjectNode> change, String... parts) throws IOException {
    ObjectNode root = TokenizerJsons.of(LUNG);
    change.accept(root);
    assertRefused(json(root), parts);
  }

  private static ObjectNode model(ObjectNode root) {
    return root.withObject("/model");
  }

  @Test
  void wordsOfATokenizerJsonAreMerged() throws IOException {
    Tokenizer tokenizer = Tokenizer.bytePair(json(TokenizerJsons.of(LUNG)));
    assertThat(tokenizer.size()).isEqualTo(517);
    assertThat(tokenizer.encode("")).isEmpty();
    assertThat(tokenizer.encode("Lung  LUNG")).containsExactly(514, 514);
    assertThat(tokenizer.encode("lungs")).containsExactly(512, id('n'), id('g'), 256 + id('s'));
    assertThat(tokenizer.encode("a lung's 12"))
        .containsExactly(256 + id('a'), 514, id('\''), 256 + id('s'), 256 + id('1'), 256 + id('2'));
  }

  @Test
  void namesOfSpecialTokensGiveTheirIds() throws IOException {
    Tokenizer tokenizer = Tokenizer.bytePair(json(TokenizerJsons.of(LUNG)));
    assertThat(tokenizer.encode("lung<|endoftext|>")).containsExactly(514, 516);
  }

  @Test
  void mergesWrittenAsPairsAreTheSame() throws IOException {
    ObjectNode root = TokenizerJsons.of(LUNG);
    var merges = model(root).putArray("merges");
    for (String merge : LUNG) {
      Arrays.stream(merge.split(" ")).forEach(merges.addArray()::add);
    }
    assertThat(Tokenizer.bytePair(json(root)).encode("lung")).containsExactly(514);
  }

  @Test
  void repeatedPairsMergeFromLeftToRight() throws IOException {
    Tokenizer tokenizer = Tokenizer.bytePair(json(TokenizerJsons.of(List.of("a a", "aa aa"))));
    assertThat(tokenizer.encode("aaaaaaaab")).containsExactly(513, 513, 256 + id('b'));
    assertThat(tokenizer.encode("aaaaaaab")).containsExactly(513, 512, id('a'), 256 + id('b'));
  }

  @Test
  void sequencesHaveStartAndEndAndAreCut() throws IOException {
    Tokenizer tokenizer = Tokenizer.bytePair(json(TokenizerJsons.of(LUNG)));
    assertThat(tokenizer.sequence("", 4)).containsExactly(515, 516);
    assertThat(tokenizer.sequence("lung lung", 4)).containsExactly(515, 514, 514, 516);
    assertThat(tokenizer.sequence("lung lung lung", 4)).containsExactly(515, 514, 514, 516);
    assertThat(tokenizer.sequence("lung", 2)).containsExactly(515, 516);
    assertThatThrownBy(() -> tokenizer.sequence("lung", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("length must be at least 2, was 1");
  }

  @Test
  void mergeListIsReadFromGzip() throws IOException {
    Tokenizer tokenizer = Tokenizer.bytePair(gzip(mergeList(BytePairFile.MERGES + 10)));
    assertThat(tokenizer.size()).isEqualTo(49_408);
    assertThat(tokenizer.startId()).isEqualTo(49_406);
    assertThat(tokenizer.endId()).isEqualTo(49_407);
    assertThat(tokenizer.encode("abc"))
        .containsExactly(512 + 256 * id('a') + id('b'), 256 + id('c'));
  }

  @Test
  void missingAndEmptyFilesAreRefused() throws IOException {
    assertRefused(
        folder.resolve("absent"),
        "must be a tokenizer.json or CLIP's bpe_simple_vocab_16e6.txt.gz, is missing");
    assertRefused(folder, "is no readable file");
    assertRefused(Files.createFile(folder.resolve("empty")), "tokenizer.json", "is empty");
    assertRefused(
        Files.writeString(folder.resolve("text"), "a b\n"), "tokenizer.json", "like neither");
  }

  @Test
  void brokenGzipIsRefused() throws IOException {
    Path file = gzip(mergeList(BytePairFile.MERGES));
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {2, 9, whole.length / 2, whole.length - 4}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused(file, "must be a whole gzip file, is truncated or damaged");
    }
    whole[whole.length - 6] ^= 1; // of the checksum
    Files.write(file, whole);
    assertRefused(file, "must be a whole gzip file, is truncated or damaged");
  }

  @Test
  void hugeFilesAreRefused() throws IOException {
    Path bomb = gzip(HEADER + " ".repeat(UserFile.MAX_BYTES));
    assertThat(Files.size(bomb)).isLessThan(100_000);
    assertRefused(bomb, " inflated: must have at most 16777216 bytes, has more");
    Path large = folder.resolve("large");
    Files.write(large, new byte[UserFile.MAX_BYTES + 1]);
    assertRefused(large, "must have at most 16777216 bytes, has more");
  }

  @Test
  void wrongMergeListsAreRefused() throws IOException {
    assertRefused(gzip(""), "first line does not name bpe_simple_vocab");
    assertRefused(gzip("a b\n"), "first line does not name bpe_simple_vocab");
    assertRefused(
        gzip(mergeList(BytePairFile.MERGES - 1)), "at least 48894 merges, a line each, has 48893");
    String rest = mergeList(BytePairFile.MERGES).substring(HEADER.length());
    assertRefused(gzip(HEADER + "abc\n" + rest), "line 2 must be two tokens", "was \"abc\"");
    assertRefused(gzip(HEADER + "! !\n" + rest), "merge 1 \"! !\" is there twice");
    assertRefused(gzip(HEADER + "ab c\n" + rest), "merge 1 \"ab c\" must join two tokens");
  }

  @Test
  void wrongJsonIsRefused() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, "{\"model\": {\"type\"");
    assertRefused(file, "must be a tokenizer.json", "is not valid JSON");
    Files.writeString(file, "{\"model\":{\"vocab\":{\"a\":0,\"a\":1}}}");
    assertRefused(file, "is not valid JSON", "Duplicate field 'a'");
    Files.writeString(file, "{}");
    assertRefused(file, "model.type must be BPE, was absent");
  }

  @Test
  void otherModelsAreRefused() throws IOException {
    assertRefused(
        root -> model(root).put("type", "WordPiece"), "model.type must be BPE, was \"WordPiece\"");
    assertRefused(
        root -> model(root).putNull("end_of_word_suffix"),
        "model.end_of_word_suffix must be \"</w>\", was null");
    assertRefused(
        root -> model(root).put("continuing_subword_prefix", "##"),
        "model.continuing_subword_prefix must be empty, was \"##\"");
    assertRefused(root -> model(root).put("dropout", 0.1), "model.dropout must be null, was 0.1");
    assertRefused(
        root -> root.putNull("normalizer"),
        "normalizer must be one that has Lowercase",
        "was null");
    assertRefused(
        root -> root.putObject("pre_tokenizer").put("type", "BertPreTokenizer"),
        "pre_tokenizer must be one that has ByteLevel",
        "BertPreTokenizer");
  }

  @Test
  void wrongVocabulariesAreRefused() throws IOException {
    assertRefused(
        root -> model(root).putArray("vocab"), "model.vocab must be an object of ids, was []");
    assertRefused(
        root -> model(root).withObject("/vocab").put("lu", "x"),
        "model.vocab of lu must be an id, was \"x\"");
    assertRefused(
        root -> model(root).withObject("/vocab").put("lu", 513),
        "ids of the vocabulary must be 0..516, each once, was 513");
    assertRefused(
        root -> model(root).withObject("/vocab").put("lu", 517),
        "ids of the vocabulary must be 0..516, each once, was 517 for \"lu\"");
    assertRefused(root -> rename(root, "!", "!!"), "must hold every byte", "lacks \"!\"");
  }

  @Test
  void lackingStartOrEndIsRefused() throws IOException {
    assertRefused(
        root -> {
          root.remove("added_tokens");
          rename(root, "<|startoftext|>", "<s>");
        },
        "must hold the token <|startoftext|>, has none");
    assertRefused(
        root -> {
          root.remove("added_tokens");
          rename(root, "<|endoftext|>", "</s>");
        },
        "must hold the token <|endoftext|>, has none");
  }

  @Test
  void wrongMergesAreRefused() throws IOException {
    assertRefused(root -> model(root).remove("merges"), "model.merges must be a list, was absent");
    assertRefused(
        root -> model(root).withArray("/merges").add(7),
        "model.merges[3] must be two tokens, was 7");
    assertRefused(
        root -> model(root).withArray("/merges").addArray().add("a"),
        "model.merges[3] must be two tokens, was [\"a\"]");
    assertRefused(
        root -> model(root).withArray("/merges").add("a b c"),
        "model.merges[3] must be two tokens with a blank between, was \"a b c\"");
    assertRefused(
        root -> model(root).withArray("/merges").add("x y"),
        "merge 4 \"x y\" must give a token of the vocabulary");
  }

  private static void rename(ObjectNode root, String from, String to) {
    ObjectNode vocabulary = model(root).withObject("/vocab");
    vocabulary.set(to, vocabulary.remove(from));
  }
}
