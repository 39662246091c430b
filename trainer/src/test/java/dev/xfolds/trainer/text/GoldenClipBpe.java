package dev.xfolds.trainer.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.trainer.golden.GoldenFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CLIP's byte-pair encoding, from both kinds of file, against open_clip's SimpleTokenizer. */
final class GoldenClipBpe {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<GoldenFolder> cases() throws IOException {
    return GoldenFolder.startingWith("clip-bpe");
  }

  private static Path mergeList(GoldenFolder folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.path())) {
      return files.filter(file -> file.toString().endsWith(".txt.gz")).findFirst().orElseThrow();
    }
  }

  private static JsonNode expected(GoldenFolder folder) throws IOException {
    return JSON.readTree(folder.path().resolve("expected.json").toFile());
  }

  /** The texts whose ids differ, and how many of all ftfy repairs. */
  private record Comparison(int rows, Set<String> differ, int repaired) {

    static Comparison of(JsonNode expected, Tokenizer tokenizer) {
      int length = expected.path("context_length").asInt();
      Set<String> differ = new LinkedHashSet<>();
      int repaired = 0;
      for (JsonNode row : expected.path("rows")) {
        String text = row.path("text").asText();
        int[] ids = JSON.convertValue(row.path("ids"), int[].class);
        boolean equal =
            Arrays.equals(ids, toFirstEnd(tokenizer, tokenizer.sequence(text, length)))
                && row.path("untruncated_length").asInt() == tokenizer.encode(text).length + 2;
        if (!equal) {
          differ.add(text);
        }
        if (row.path("ftfy_changes_text").asBoolean()) {
          repaired++;
        }
      }
      return new Comparison(expected.path("rows").size(), differ, repaired);
    }

    /** As the expected ids are given: a text may spell the end token. */
    private static int[] toFirstEnd(Tokenizer tokenizer, int[] sequence) {
      int end = 0;
      while (sequence[end] != tokenizer.endId()) {
        end++;
      }
      return Arrays.copyOf(sequence, end + 1);
    }

    void print(String name) {
      System.out.printf(
          "%s: %d of %d texts differ in their ids, ftfy repairs %d%n",
          name, differ.size(), rows, repaired);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void idsAgreeForEveryText(GoldenFolder folder) throws IOException {
    JsonNode expected = expected(folder);
    Tokenizer tokenizer = Tokenizer.bytePair(mergeList(folder));
    assertThat(tokenizer.startId()).isEqualTo(expected.path("sot").asInt());
    assertThat(tokenizer.endId()).isEqualTo(expected.path("eot").asInt());
    assertThat(tokenizer.size()).isEqualTo(tokenizer.endId() + 1);

    Comparison comparison = Comparison.of(expected, tokenizer);
    comparison.print(folder.toString());
    assertThat(comparison.rows()).isPositive();
    assertThat(comparison.differ()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tokenizerJsonDiffersOnlyWhereSpecialTokensAreSpelled(
      GoldenFolder folder, @TempDir Path temporary) throws IOException {
    Path file = temporary.resolve("tokenizer.json");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(mergeList(folder)))) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      JSON.writeValue(file.toFile(), TokenizerJsons.of(lines.subList(1, BytePairFile.MERGES + 1)));
    }
    Comparison comparison = Comparison.of(expected(folder), Tokenizer.bytePair(file));
    comparison.print(folder + " as tokenizer.json");
    Set<String> spellSpecials = new LinkedHashSet<>();
    folder.config().path("hf_disagrees").forEach(text -> spellSpecials.add(text.asText()));
    assertThat(comparison.rows()).isPositive();
    assertThat(comparison.differ()).isEqualTo(spellSpecials);
  }
}
