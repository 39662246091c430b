package dev.xfolds.trainer.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.progress.MetricsFile.StepLoss;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsFileIT {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("metrics.jsonl");
  }

  private static MetricLine loss(long step, double loss) {
    return new MetricLine(step, Map.of("loss", loss));
  }

  private void writeSteps(long last) {
    try (MetricsFile metrics = MetricsFile.continueAfter(file, 0)) {
      for (long step = 1; step <= last; step++) {
        metrics.append(loss(step, 1.0 / step));
      }
    }
  }

  private void tear(byte... bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.APPEND);
  }

  @Test
  void lineIsInTheFileAtOnceWithItsValuesInOrder() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", 0.5);
    values.put("learningRate", 1e-4);
    values.put("gradientNorm", Double.NaN);
    values.put("samplesPerSecond", Double.POSITIVE_INFINITY);
    try (MetricsFile metrics = MetricsFile.continueAfter(file, 0)) {
      metrics.append(new MetricLine(10, values));
      assertThat(file)
          .hasContent(
              "{\"step\":10,\"loss\":0.5,\"learningRate\":1.0E-4,\"gradientNorm\":\"NaN\",\"samplesPerSecond\":\"Infinity\"}\n");
      metrics.unreadable(11, "scan.jpg: must be \"an image\"");
    }
    assertThat(file)
        .content()
        .endsWith("}\n{\"step\":11,\"unreadableImage\":\"scan.jpg: must be \\\"an image\\\"\"}\n");
  }

  @Test
  void resumedRunDropsTheLinesBeyondItsCheckpoint() throws IOException {
    writeSteps(5);
    try (MetricsFile metrics = MetricsFile.continueAfter(file, 3)) {
      metrics.append(loss(4, 7));
    }
    assertThat(MetricsFile.losses(file, 10))
        .containsExactly(
            new StepLoss(1, 1), new StepLoss(2, 0.5f), new StepLoss(3, 1f / 3), new StepLoss(4, 7));
    MetricsFile.continueAfter(file, 0).close();
    assertThat(file).isEmptyFile();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void tornLastLineIsDropped() throws IOException {
    writeSteps(2);
    tear("{\"step\":2,\"lo".getBytes(StandardCharsets.US_ASCII));
    try (MetricsFile metrics = MetricsFile.continueAfter(file, 9)) {
      metrics.append(loss(3, 7));
    }
    assertThat(file)
        .hasContent(
            "{\"step\":1,\"loss\":1.0}\n{\"step\":2,\"loss\":0.5}\n{\"step\":3,\"loss\":7.0}\n");
  }

  @Test
  void lineTornWithinACharacterIsDropped() throws IOException {
    writeSteps(1);
    tear((byte) '{', (byte) '"', (byte) 0xc3);
    assertThat(MetricsFile.losses(file, 10)).containsExactly(new StepLoss(1, 1));
    MetricsFile.continueAfter(file, 9).close();
    assertThat(file).hasContent("{\"step\":1,\"loss\":1.0}\n");
  }

  @Test
  void lossesPassOverTornLinesAndLinesWithoutALoss() throws IOException {
    Files.writeString(
        file,
        """
        {"step":1,"loss":0.5}
        {"step":2,"lo
        {"step":3,"loss":"NaN"}

        {"step":4,"validationLoss":0.25}
        7
        {"step":5,"loss":0.125}
        {"step":6,"loss\
        """);
    assertThat(MetricsFile.losses(file, 10))
        .containsExactly(new StepLoss(1, 0.5f), new StepLoss(5, 0.125f));
  }

  @Test
  void lossesAreSpreadEvenlyBetweenTheFirstAndTheLast() {
    writeSteps(101);
    assertThat(MetricsFile.losses(file, 5))
        .extracting(StepLoss::step)
        .containsExactly(1L, 26L, 51L, 76L, 101L);
    assertThat(MetricsFile.losses(file, 2)).extracting(StepLoss::step).containsExactly(1L, 101L);
    assertThat(MetricsFile.losses(file, 1)).extracting(StepLoss::step).containsExactly(1L);
    assertThat(MetricsFile.losses(file, 0)).isEmpty();
    assertThat(MetricsFile.losses(file, 100)).hasSize(100).doesNotHaveDuplicates();
    assertThat(MetricsFile.losses(file, 101)).hasSize(101);
  }

  @Test
  void withoutAFileThereAreNoLosses() {
    assertThat(MetricsFile.losses(file, 10)).isEqualTo(List.of());
  }

  @Test
  void fileThatCannotBeWrittenIsRetried() {
    Path below = folder.resolve("missing").resolve("metrics.jsonl");
    assertThatThrownBy(() -> MetricsFile.continueAfter(below, 0))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY))
        .hasMessageStartingWith(below + " cannot be written or read: ");
  }
}
