package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCommandIT {

  private static final String TINY =
      """
      apiVersion: xfolds.dev/v1alpha1
      kind: TrainingRun
      metadata: {name: NAME}
      spec:
        model: {clip: {preset: tiny-vit}}
        data:
          - {name: captions, format: phantom-captions, phantom: {images: 10}}
        training:
          steps: 1
          batchSize: 4
          precision: PRECISION
          optimizer: {adamw: {learningRate: "0.001"}}
      """;

  @TempDir private Path folder;

  private Path file(String... texts) throws IOException {
    return Files.writeString(folder.resolve("runs.yaml"), String.join("---\n", texts));
  }

  private static String tiny(String name, String precision) {
    return TINY.replace("NAME", name).replace("PRECISION", precision);
  }

  @Test
  void machineAndEachRunHaveTheirRow() throws IOException {
    Path runs =
        file(tiny("first", "fp32"), tiny("a-run-whose-name-has-forty-characters-00", "bf16"));
    Path disk = Files.createDirectory(folder.resolve("disk"));
    XfoldsProcess.Ended ended =
        XfoldsProcess.run(
            "bench", runs.toString(), "--seconds", "0.01", "--folder", disk.toString());
    assertThat(ended.exitCode()).as(ended.text()).isZero();
    assertThat(ended.text().lines())
        .allMatch(line -> line.length() <= 80)
        .anyMatch(line -> line.matches("matrix product, fp32 +[0-9.]+ GFLOP/s +[0-9.]+ to [0-9.]+"))
        .anyMatch(line -> line.matches("weights to page cache +[0-9.]+ .?B/s .*"))
        .anyMatch(line -> line.matches("weights to disk +[0-9.]+ .?B/s .* %"))
        .anyMatch(line -> line.startsWith("a-run-whose-name-has-forty-char... "))
        .anyMatch(line -> line.matches("first +[0-9.]+ +[0-9.]+ to [0-9.]+ +[0-9]+ %"))
        .anyMatch(
            line -> line.matches("  bf16, batch 4, [0-9.]+ M parameters +[0-9.]+ GB at most"));
    try (Stream<Path> left = Files.list(disk)) {
      assertThat(left).as("files of the measurement").isEmpty();
    }
  }

  @Test
  void jsonHasEveryTime() throws IOException {
    Path runs = file(tiny("first", "fp32"));
    XfoldsProcess.Ended ended =
        XfoldsProcess.run("bench", runs.toString(), "--steps", "--json", "--seconds", "0.01");
    assertThat(ended.exitCode()).as(ended.text()).isZero();
    String json = ended.text().substring(ended.text().indexOf("{"));
    JsonNode answer = new ObjectMapper().readTree(json);
    assertThat(answer.get("machine")).isEmpty();
    JsonNode step = answer.get("steps").get(0).get("step");
    assertThat(step.get("what").asText()).isEqualTo("first");
    assertThat(step.get("amount").asDouble()).isEqualTo(4);
    assertThat(step.get("seconds").size()).isGreaterThanOrEqualTo(3);
    assertThat(step.get("seconds")).allMatch(time -> time.asDouble() > 0);
    assertThat(step.get("peakBytes").asLong()).isGreaterThan(100_000_000);
    assertThat(answer.get("steps").get(0).get("run").get("name").asText()).isEqualTo("first");
  }

  @Test
  void sampleIsPlanned() throws IOException {
    Path sample = XfoldsProcess.HOME.resolve("manifests/samples/bench.yaml");
    XfoldsProcess.Ended ended = XfoldsProcess.run("plan", sample.toString());
    assertThat(ended.exitCode()).as(ended.text()).isZero();
  }

  @Test
  void mistakesAreToldBeforeAnythingIsTimed() throws IOException {
    Path runs = file(tiny("first", "fp32").replace("tiny-vit", "huge"));
    XfoldsProcess.Ended ended = XfoldsProcess.run("bench", runs.toString());
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.text()).contains("spec.model.clip.preset", "huge").doesNotContain("FLOP");

    ended = XfoldsProcess.run("bench", "--seconds", "0");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.text()).isEqualTo("--seconds must be above 0 and at most 3600, was 0.0\n");

    ended = XfoldsProcess.run("bench", "--folder", folder.resolve("nowhere").toString());
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.text())
        .isEqualTo(
            "--folder must be a folder that can be written, was "
                + folder.resolve("nowhere")
                + "\n");
  }

  @Test
  void runsForOtherHardwareOrWithoutTrainingAreRefused() throws IOException {
    String untrained = tiny("second", "fp32").replaceFirst("(?s)  training:.*", "");
    Path runs =
        file(
            tiny("first", "fp32") + "  resources: {profile: a100}\n",
            untrained
                + "  initFrom: {run: first, parts: [image, text]}\n"
                + "  evaluation: [{task: phantom-retrieval@1}]\n");
    XfoldsProcess.Ended ended = XfoldsProcess.run("bench", runs.toString());
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.text())
        .contains(
            "second: spec.training must be there: its step is timed",
            "first: spec.resources.profile must be local-cpu");
  }

  @Test
  void disturbedRunEndsAsAnUndisturbedOne() throws IOException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    XfoldsProcess.Ended ended =
        XfoldsProcess.run(
            "bench", "faults", "--trials", "1", "--seed", "30", "--folder", disk.toString());
    assertThat(ended.exitCode()).as(ended.text()).isZero();
    assertThat(ended.text().lines())
        .anyMatch(line -> line.matches(" +30 +1 +torn +[0-9]+ +137 +[0-9]+ +same +[0-9]+ s"))
        .contains("1 trials, 0 skipped; as undisturbed:", "torn 1/1");
    try (Stream<Path> left = Files.list(disk)) {
      assertThat(left).as("files of the trial").isEmpty();
    }
  }

  @Test
  void mistakesAreToldBeforeAnythingIsDisturbed() throws IOException {
    XfoldsProcess.Ended ended =
        XfoldsProcess.run("bench", "faults", "--trials", "0", "--seed", "-1", "--folder", "none");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.text())
        .isEqualTo(
            """
            --trials must be 1 to 100000, was 0
            --seed must be 0 to 999999999, was -1
            --folder must be a folder that can be written, was none
            """);
  }
}
