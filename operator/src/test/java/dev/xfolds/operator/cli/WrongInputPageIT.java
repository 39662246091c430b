package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/wrong-input.md names tests that exist. */
final class WrongInputPageIT {
  private static final Path HOME = Path.of(System.getProperty("xfolds.root", ".."));
  private static final Pattern LAST_CELL = Pattern.compile("\\| (\\w+)\\.(\\w+) \\|$");

  @Test
  void everyRowNamesATestThatExists() throws IOException {
    Map<String, Path> sources = testSources();
    List<String> rows =
        Files.readAllLines(HOME.resolve("docs/wrong-input.md")).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| input |"))
            .toList();
    assertThat(rows).hasSizeGreaterThan(40);
    for (String row : rows) {
      List<MatchResult> named = LAST_CELL.matcher(row).results().toList();
      assertThat(named).as(row).hasSize(1);
      Path source = sources.get(named.getFirst().group(1));
      assertThat(source).as(row).isNotNull();
      assertThat(Files.readString(source))
          .containsPattern(
              "(?s)@(Parameterized)?Test\\b((?!\\bvoid\\b).)*\\bvoid %s\\("
                  .formatted(named.getFirst().group(2)));
    }
  }

  private static Map<String, Path> testSources() throws IOException {
    try (Stream<Path> files =
        Files.find(
            HOME,
            12,
            (path, _) ->
                path.toString().contains("/src/test/java/") && path.toString().endsWith(".java"))) {
      return files.collect(
          Collectors.toMap(
              path -> path.getFileName().toString().replace(".java", ""),
              path -> path,
              (first, _) -> first));
    }
  }
}
