package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.operator.cli.XfoldsProcess.Ended;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a file with two TrainingRuns to their scores, with real processes. */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class WholePathIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static Path file;
  private static RunOutput first;
  private static RunOutput second;
  private static Ended ended;

  @BeforeAll
  static void runBoth() throws IOException {
    file = RunFiles.write(folder, "two.yaml", RunFiles.CLIP, RunFiles.VQA);
    first = new RunOutput(folder.resolve("out"), "first");
    second = new RunOutput(folder.resolve("out"), "second");
    ended = run();
    assertThat(ended.exitCode()).as(ended.text()).isZero();
  }

  @Test
  @Order(1)
  void scoresStandInATableAndFilesWhereTheyShould() {
    assertThat(ended.text())
        .containsSubsequence(
            "first: complete",
            "phantom-retrieval@1, checkpoint ",
            "protocol exact: recall@1 in %, 95 % intervals clustered by image",
            "second: complete",
            "phantom-vqa@1, checkpoint ",
            "protocol exact: accuracy in %, 95 % intervals clustered by image");
    for (RunOutput run : List.of(first, second)) {
      assertThat(run.folder().resolve("plan.json")).isNotEmptyFile();
      assertThat(run.folder().resolve("finished.json")).isNotEmptyFile();
      assertThat(run.folder().resolve("attempt")).hasContent("1");
      assertThat(run.checkpoints().resolve("latest")).hasContent("step-00000120");
      assertThat(run.checkpoint(RunFiles.STEPS)).isDirectoryContaining("glob:**/manifest.json");
      assertThat(run.folder()).isDirectoryContaining("glob:**/events.out.tfevents.*");
      assertThat(run.evaluations().resolve("report.html")).isNotEmptyFile();
      assertThat(run.logs()).isDirectoryContaining("glob:**/trainer-1.log");
      assertThat(run.pod("trainer").resolve("pid")).doesNotExist();
      assertThat(run.pod("evaluator").resolve("pid")).doesNotExist();
    }
  }

  @Test
  @Order(2)
  void sameCommandPrintsTheTableAgainAndStartsNothing() throws IOException {
    List<Path> before = files();
    Ended again = run();
    assertThat(again.exitCode()).isZero();
    assertThat(table(again)).isEqualTo(table(ended).replace(": complete", ": complete (before)"));
    assertThat(files()).isEqualTo(before);
    assertThat(first.attempts()).containsExactly("Done");
  }

  @Test
  @Order(3)
  void jsonHasTheNumbersOfTheTable() throws IOException {
    Ended json = run("--json");
    assertThat(json.exitCode()).isZero();
    JsonNode runs = JSON.readTree(json.text().substring(json.text().indexOf('{'))).get("runs");
    assertThat(runs.findValuesAsText("name")).contains("first", "second");
    int compared = 0;
    for (JsonNode run : runs) {
      assertThat(run.path("state").asText()).isEqualTo("Complete");
      assertThat(run.path("recognised").asBoolean()).isTrue();
      assertThat(ended.text()).contains(format("parameters  %,d,", run.get("parameters").asLong()));
      for (JsonNode score : run.path("reports").path(0).path("scores")) {
        if (isInTable(score)) {
          assertThat(ended.text()).containsPattern(row(score));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(8);
  }

  @Test
  @Order(4)
  void killedEvaluatorIsReplacedAndNoAnswerIsLostOrGivenTwice() throws IOException {
    JsonNode scores = second.scores();
    List<String> questions = questions();
    delete(second.evaluations());
    try (XfoldsProcess command = XfoldsProcess.start(arguments())) {
      RunOutput.patiently(() -> second.answers().size() > 100);
      second.kill("evaluator");
      assertThat(second.answers()).hasSizeLessThan(questions.size());
      Ended continued = command.await();
      assertThat(continued.exitCode()).as(continued.text()).isZero();
      assertThat(continued.text()).contains("evaluator ended with exit code 137, starts again");
    }
    assertThat(questions()).doesNotHaveDuplicates().hasSameSizeAs(questions).hasSize(6336);
    assertThat(second.scores()).isEqualTo(scores);
    assertThat(second.evaluations().resolve("report.html")).isNotEmptyFile();
  }

  private static List<String> questions() throws IOException {
    return second.answers().stream().map(WholePathIT::question).toList();
  }

  private static String question(String answer) {
    try {
      JsonNode node = JSON.readTree(answer);
      return node.required("item").asText() + " " + node.required("variant").asText();
    } catch (IOException e) {
      throw new IllegalStateException(answer, e);
    }
  }

  /** One group's line: its name, n, the model's value and interval. */
  private static String row(JsonNode score) {
    String value =
        format(
            "%.1f [%.1f, %.1f]",
            100 * score.get("value").asDouble(),
            100 * score.get("ciLow").asDouble(),
            100 * score.get("ciHigh").asDouble());
    return "%s +%d  %s"
        .formatted(
            group(score.get("group").asText()), score.get("n").asInt(), Pattern.quote(value));
  }

  /** The table has types of answers and questions; the page has organs and modalities too. */
  private static boolean isInTable(JsonNode score) {
    return score.path("subject").asText().equals("model")
        && score.path("group").asText().matches("overall|(answer|question)_type=.*");
  }

  /** As the table calls it: {@code answer_type=OPEN} is open. */
  private static String group(String name) {
    return name.substring(name.indexOf('=') + 1).toLowerCase(Locale.ROOT);
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  private static String table(Ended command) {
    return command.text().substring(command.text().indexOf("\n\nfirst: complete"));
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(first.out())) {
      return files.sorted().toList();
    }
  }

  private static Ended run(String... more) throws IOException {
    return XfoldsProcess.run(arguments(more));
  }

  private static String[] arguments(String... more) {
    return Stream.concat(
            Stream.of("run", file.toString(), "--out", first.out().toString()), Stream.of(more))
        .toArray(String[]::new);
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
