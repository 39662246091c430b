package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class PlanCommandIT {

  private static final Path ROOT = Path.of(System.getProperty("xfolds.root"));
  private static final String QUICKSTART =
      ROOT.resolve("manifests/samples/quickstart.yaml").toString();

  @TempDir private Path folder;

  private record Result(int code, String out, String err) {}

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        XfoldsMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Result(command.execute(arguments), out.toString(), err.toString());
  }

  @Test
  void quickstartFitsATerminal() {
    Result result = run("plan", QUICKSTART);
    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(result.out()).contains("default/phantom-clip  (clip)", "590,361", "500");
  }

  @Test
  void jsonHasTheSameFacts() throws IOException {
    JsonNode runs =
        new ObjectMapper().readTree(run("plan", QUICKSTART, "--json").out()).get("runs");
    assertThat(runs).hasSize(3);
    assertThat(runs.get(0).get("parameters").asLong()).isEqualTo(590_361);
    assertThat(runs.get(1).get("trainableParameters").asLong()).isEqualTo(284_228);
    assertThat(runs.get(1).get("steps").asLong()).isEqualTo(2400);
  }

  @Test
  void workersShareBatchAndProcessor() throws IOException {
    Path file = folder.resolve("run.yaml");
    Files.writeString(
        file,
        """
        apiVersion: xfolds.dev/v1alpha1
        kind: TrainingRun
        metadata: {name: two}
        spec:
          model: {clip: {preset: tiny-vit}}
          data:
            - {name: captions, format: phantom-captions, phantom: {images: 100}}
          parallelism: {workers: 2}
          training:
            steps: 10
            batchSize: 8
            optimizer: {adam: {learningRate: "0.001"}}
        """);
    Result result = run("plan", file.toString());
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("a step of 8 samples, 4 on each of 2 workers")
        .contains("2 x 1/2 of CPU, 2 threads, 150 GFLOP/s in fp32");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
    JsonNode two =
        new ObjectMapper().readTree(run("plan", file.toString(), "--json").out()).at("/runs/0");
    assertThat(two.get("workers").asInt()).isEqualTo(2);
    assertThat(two.get("ranksPerWorker").asInt()).isEqualTo(1);
    assertThat(two.at("/hardware/devices").asInt()).isEqualTo(2);
    Files.writeString(
        file,
        Files.readString(file)
            .replace("workers: 2}", "workers: 2}\n  resources: {gpusPerWorker: 2}"));
    assertThat(run("plan", file.toString()).out())
        .contains("a step of 8 samples, 2 on each of 4 ranks")
        .contains("4 x 1/4 of CPU, 2 threads, 75.0 GFLOP/s in fp32");
  }

  @Test
  void problemsAreExitCodeTwo() throws IOException {
    Path file = folder.resolve("run.yaml");
    Files.writeString(
        file, Files.readString(Path.of(QUICKSTART)).replace("preset: tiny-rn}", "preset: huge}"));
    Result result = run("plan", file.toString());
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().lines())
        .hasSizeGreaterThanOrEqualTo(2)
        .anyMatch(
            line ->
                line.startsWith(
                    "document 2 (phantom-vqa): spec.model.vqaClassifier.image.preset must be a"
                        + " known preset, was \"huge\""));
  }

  @Test
  void missingFileIsASentence() {
    Result result = run("plan", "nowhere.yaml");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().strip()).isEqualTo("file nowhere.yaml does not exist");
  }

  @Test
  void unknownProfileNamesTheNearest() {
    Result result = run("plan", QUICKSTART, "--profile", "v100");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains("--profile must be a known profile, was \"v100\"; did you mean dgx1-v100-okd46?");
  }

  @Test
  void helpFitsAScreenAndShowsAnExample() {
    Result result = run("plan", "--help");
    assertThat(result.code()).isZero();
    assertThat(result.out().lines().count()).isLessThanOrEqualTo(24);
    assertThat(result.out()).contains("xfolds plan manifests/samples/quickstart.yaml");
  }

  @Test
  void manifestsHoldTheProfilesThatThePlanUses() throws IOException {
    try (var profiles = Files.list(ROOT.resolve("manifests/profiles"))) {
      for (Path copy : profiles.toList()) {
        Path own =
            ROOT.resolve("operator/src/main/resources/dev/xfolds/operator/plan/profiles")
                .resolve(copy.getFileName());
        assertThat(copy).hasSameTextualContentAs(own);
      }
    }
  }

  @Test
  void tasksAreThoseOfTheEvaluator() throws IOException {
    ObjectMapper yaml = new com.fasterxml.jackson.dataformat.yaml.YAMLMapper();
    for (JsonNode task :
        yaml.readTree(ROOT.resolve("operator/src/main/resources/tasks.yaml").toFile())) {
      String[] name = task.get("task").asText().split("@", -1);
      JsonNode theirs =
          yaml.readTree(
              ROOT.resolve("evaluator/src/main/resources/tasks")
                  .resolve(name[0])
                  .resolve(name[1] + ".yaml")
                  .toFile());
      assertThat(theirs.get("protocols").findValuesAsText("name"))
          .isEqualTo(task.get("protocols").valueStream().map(JsonNode::asText).toList());
    }
    try (var folders = Files.list(ROOT.resolve("evaluator/src/main/resources/tasks"))) {
      assertThat(folders.count())
          .isEqualTo(
              yaml.readTree(ROOT.resolve("operator/src/main/resources/tasks.yaml").toFile())
                  .size());
    }
  }
}
