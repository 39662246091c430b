package dev.xfolds.evaluator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.xfolds.evaluator.SampleTask;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.scorecard.Answers;
import dev.xfolds.evaluator.scorecard.Scorecard;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.Tasks;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ScoreCommandIT {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path data;

  @BeforeEach
  void requireData() {
    data = SampleTask.data();
  }

  /** Issue 3, check 4. */
  @Test
  void mumcProtocolGivesThePublishedNumbersOfAllTwentyFiles() throws IOException {
    Path published = data.resolve("predictions/vqa-rad-mumc");
    TaskData task = Tasks.catalogue().find("vqa-rad@1").loadQuestions(data);
    Protocol mumc = task.task().protocol("mumc");
    for (int epoch = 0; epoch < 20; epoch++) {
      JsonNode expected = JSON.readTree(published.resolve("epoch_" + epoch + "_acc.json").toFile());
      List<String> answers =
          PredictionsFile.read(published.resolve("epoch_" + epoch + ".json"), task, mumc);
      Scorecard card = Scorecard.of(task, List.of(mumc), Answers.of(answers));
      JsonNode scores = JSON.readTree(ScoreJson.of(task, mumc, card)).get("scores");
      assertThat(percents(scores, "overall"))
          .isEqualTo(List.of("overall=" + expected.get("overall").asText()));
      assertThat(percents(scores, "question_type="))
          .containsExactlyInAnyOrderElementsOf(
              fields(expected, "perQuestionType", "question_type="));
      assertThat(percents(scores, "answer_type="))
          .containsExactlyInAnyOrderElementsOf(fields(expected, "perAnswerType", "answer_type="));
    }
  }

  @Test
  void tableShowsThePublishedDigitsWithin80Columns() {
    assertThat(score("--protocol", "mumc", "--predictions", mumc(19))).isZero();
    assertThat(out.toString())
        .contains("overall                   451   71.18")
        .contains("  CLOSED                  272   80.88")
        .contains("  SIZE, PRES                1  100.00")
        .contains("overall                   451   +10.4  [+5.8, +15.3]")
        .contains("  CLOSED                  272   +10.7  [+5.3, +16.1]");
    assertThat(out.toString().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void jsonLinesAreReadLikeAList() throws IOException {
    List<String> lines = new ArrayList<>();
    JSON.readTree(Path.of(mumc(3)).toFile()).forEach(entry -> lines.add(entry.toString()));
    Path file = Files.write(folder.resolve("answers.jsonl"), lines);
    assertThat(score("--predictions", mumc(3), "--json")).isZero();
    String list = out.toString();
    out.getBuffer().setLength(0);
    assertThat(score("--predictions", file.toString(), "--json")).isZero();
    assertThat(out.toString()).isEqualTo(list);
  }

  @Test
  void questionsThatTheProtocolLeavesOutNeedNoAnswer() throws IOException {
    TaskData task = Tasks.catalogue().find("vqa-rad@1").loadQuestions(data);
    List<String> lines =
        task.items().stream()
            .filter(item -> item.phraseType().equals("freeform"))
            .map(item -> "{\"qid\": \"" + item.id() + "\", \"answer\": \"yes\"}")
            .toList();
    Path file = Files.write(folder.resolve("answers.jsonl"), lines);
    assertThat(score("--protocol", "freeform-308", "--predictions", file.toString())).isZero();
    assertThat(score("--protocol", "all-451", "--predictions", file.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("no answer to 143 of the 451 questions that all-451 counts: qid ");
  }

  @Test
  void helpFitsAScreenAndShowsAnExample() {
    assertThat(run("score", "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: ./xfolds score ").contains("Example:");
    assertThat(out.toString().lines().dropWhile(line -> !line.startsWith("Example")).skip(1))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("  ./xfolds score ") && line.endsWith(" FILE"));
    assertThat(out.toString().lines().count()).isLessThanOrEqualTo(24);
    assertThat(out.toString().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void missingDataSaysHowToNameIt() {
    Path none = folder.resolve("none");
    assertThat(
            run(
                "score",
                "--task",
                "vqa-rad@1",
                "--data",
                none.toString(),
                "--predictions",
                "answers.json"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("(data of vqa-rad@1 in " + none + ": set XFOLDS_DATA or --data)");
  }

  @Test
  void emptyFolderInTheEnvironmentIsUnset() {
    assertThat(ScoreCommand.defaultData(Map.of("XFOLDS_DATA", "")))
        .isEqualTo(ScoreCommand.defaultData(Map.of()))
        .isEqualTo(Path.of("../shared/data"));
    assertThat(ScoreCommand.defaultData(Map.of("XFOLDS_DATA", "d"))).isEqualTo(Path.of("d"));
  }

  @Test
  void wrongEntriesAreNamed() throws IOException {
    assertProblem("[{\"qid\": 11, \"answer\": \"no\"}, 7]", "entry 2 must be an object {\"qid\"");
    assertProblem("[{\"answer\": \"no\"}]", "entry 1: field \"qid\" is missing");
    assertProblem("[{\"qid\": 11}]", "entry 1 (qid 11): field \"answer\" is missing");
    assertProblem(
        "[{\"qid\": 11, \"answer\": null}]",
        "entry 1 (qid 11): answer must be text or an integer, was null");
    assertProblem(
        "[{\"qid\": 1.5, \"answer\": \"no\"}]", "entry 1: qid must be text or an integer, was 1.5");
    assertProblem(
        "[{\"qid\": 999999, \"answer\": \"no\"}]",
        "entry 1: qid 999999 is not a question of vqa-rad@1");
    assertProblem(
        "{\"qid\": 11, \"answer\": \"no\"}\n\n{\"qid\": \"11\", \"answer\": \"yes\"}",
        "entry 2: qid 11 was answered before, in entry 1; expected one answer a question");
    assertProblem(
        "[{\"qid\": 11, \"answer\": \"" + "a".repeat(4097) + "\"}]",
        "entry 1 (qid 11): answer must have at most 4,096 characters, has 4,097");
    assertProblem(
        "[{\"qid\": 11, \"answer\": \"no\"}]",
        "no answer to 450 of the 451 questions that all-451 counts: qid 13, 14, 20, 22, ");
  }

  @Test
  void whatIsNotJsonIsRefusedWithItsPlace() throws IOException {
    assertProblem("", "is empty; expected a JSON list of {\"qid\": ..., \"answer\": ...}");
    assertProblem("qid,answer\n11,no\n", "is not JSON; expected a JSON list");
    assertProblem("[{\"qid\": 11, \"answer\": \"no\"", "line 1, column 28: ");
    assertProblem("{\"qid\": 11, \"answer\": \"no\"}\n{\"qid\": 13,", "line 2, column 12: ");
    assertProblem("[] []", "line 1, column ");
  }

  @Test
  void missingFolderAndHugeFilesAreRefused() throws IOException {
    assertThat(score("--predictions", folder.resolve("none.json").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("none.json: does not exist");
    assertThat(score("--predictions", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is a folder; expected a file");
    Path huge = folder.resolve("huge.json");
    try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(5L << 30);
    }
    assertThat(score("--predictions", huge.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("must have at most 67,108,864 bytes, has 5,368,709,120");
  }

  @Test
  void unknownNamesAndMissingOptionsExitWith2() {
    assertThat(score("--protocol", "mucm", "--predictions", mumc(0))).isEqualTo(2);
    assertThat(err.toString()).contains("did you mean \"mumc\"?").doesNotContain("\tat ");
    assertThat(run("score", "--task", "vqa-rad@2", "--predictions", mumc(0))).isEqualTo(2);
    assertThat(err.toString()).contains("unknown task \"vqa-rad@2\": did you mean \"vqa-rad@1\"?");
    assertThat(run("score", "--task", "vqa-rad@1")).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required option: '--predictions=FILE'");
  }

  private void assertProblem(String text, String expected) throws IOException {
    Path file = Files.writeString(folder.resolve("answers.json"), text);
    err.getBuffer().setLength(0);
    assertThat(score("--predictions", file.toString())).isEqualTo(2);
    assertThat(err.toString()).startsWith("predictions " + file + ": " + expected);
    assertThat(err.toString().lines()).hasSize(1);
  }

  private String mumc(int epoch) {
    return data.resolve("predictions/vqa-rad-mumc/epoch_" + epoch + ".json").toString();
  }

  private int score(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("score", "--task", "vqa-rad@1", "--data", data.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    CommandLine commandLine = EvaluatorMain.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  private static List<String> percents(JsonNode scores, String prefix) {
    List<String> percents = new ArrayList<>();
    scores.forEach(
        score -> {
          if (score.get("subject").asText().equals("model")
              && score.get("group").asText().startsWith(prefix)) {
            percents.add(score.get("group").asText() + "=" + score.get("percent").asText());
          }
        });
    return percents;
  }

  private static List<String> fields(JsonNode expected, String field, String prefix) {
    List<String> fields = new ArrayList<>();
    expected
        .get(field)
        .properties()
        .forEach(entry -> fields.add(prefix + entry.getKey() + "=" + entry.getValue().asText()));
    return fields;
  }
}
