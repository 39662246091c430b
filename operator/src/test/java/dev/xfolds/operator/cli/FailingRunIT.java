package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xfolds.operator.cli.XfoldsProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What real processes do when the world or the user is wrong: they say so and lose nothing. */
@Timeout(600)
final class FailingRunIT {
  private static final String TRAINING_ONLY =
      RunFiles.CLIP.substring(0, RunFiles.CLIP.indexOf("  evaluation:"));

  @TempDir private Path folder;
  private RunOutput run;

  @BeforeEach
  void choosePlace() {
    run = new RunOutput(folder.resolve("out"), "first");
  }

  @Test
  void lossThatIsNotANumberEndsWithAdviceAndKeepsTheCheckpoint() throws IOException {
    Ended ended =
        run(
            TRAINING_ONLY
                .replace("adamw: {learningRate: \"0.001\"", "adamw: {learningRate: \"1e20\"")
                .replace("logEverySteps: 1", "logEverySteps: 1\n    gradientClip: \"0\"")
                .replace("everySteps: 10", "everySteps: 1"));
    assertThat(ended.exitCode()).as(ended.text()).isEqualTo(2);
    assertThat(ended.text())
        .contains("first: failed: Invalid")
        .containsPattern("trainer: loss is (NaN|Infinity|-Infinity) .* at step \\d+, expected")
        .contains("lower spec.training.optimizer's learningRate, set spec.training.gradientClip,");
    assertThat(run.attempts()).containsExactly("Invalid");
    assertThat(run.checkpointSteps()).isNotEmpty().endsWith(run.metrics().size());
    assertThat(run.checkpoint(1).resolve("manifest.json")).isNotEmptyFile();
  }

  @Test
  void fullDiskIsToldAndTheSameCommandContinuesWhenThereIsRoom() throws IOException {
    assumeTrue(
        mount("mount", "-t", "tmpfs", "-o", "size=16m", "xfolds-test", run.out()),
        "skipped: mounting a tmpfs needs root");
    try {
      try (XfoldsProcess command = start(TRAINING_ONLY)) {
        RunOutput.patiently(() -> command.text().contains("restart 1 of 5"));
        Ended full = command.signal("INT").await();
        assertThat(full.exitCode()).as(full.text()).isEqualTo(130);
        assertThat(full.text())
            .contains("exit code 10 (Retry), restart 1 of 5 in 1 s: checkpoint of step 30 could")
            .contains("No space left on device; step-00000020 stays the newest");
      }
      assertThat(run.checkpointSteps()).containsExactly(10, 20);
      assertThat(run.checkpoints()).isDirectoryNotContaining("glob:**/.*");
      assertThat(mount("mount", "-o", "remount,size=1g", run.out())).isTrue();
      Ended ended = run(TRAINING_ONLY);
      assertThat(ended.exitCode()).as(ended.text()).isZero();
      assertThat(run.lossTrace()).hasSize(RunFiles.STEPS).doesNotHaveDuplicates();
    } finally {
      mount("umount", run.out());
    }
  }

  @Test
  void diskWithoutRoomForTheCommandsOwnFilesIsToldInALine() throws IOException {
    assumeTrue(
        mount("mount", "-t", "tmpfs", "-o", "size=64k", "xfolds-test", run.out()),
        "skipped: mounting a tmpfs needs root");
    try {
      Ended full = run(TRAINING_ONLY);
      assertThat(full.exitCode()).as(full.text()).isEqualTo(1);
      assertThat(full.text())
          .contains("No space left on device")
          .contains("the same command continues when the disk is well again")
          .doesNotContain("\tat ");
    } finally {
      mount("umount", run.out());
    }
  }

  @Test
  void damageOfAllCheckpointsIsToldAndTheRunBeginsAgain() throws IOException {
    try (XfoldsProcess command = start(TRAINING_ONLY)) {
      run.awaitStep(RunFiles.CHECKPOINT_EVERY + 3);
      command.signal("TERM").await();
    }
    List<String> before = run.lossTrace();
    List<Integer> steps = run.checkpointSteps();
    for (int step : steps) {
      Files.writeString(run.checkpoint(step).resolve("state.json"), "{}");
    }
    Ended ended = run(TRAINING_ONLY);
    assertThat(ended.exitCode()).as(ended.text()).isZero();
    assertThat(steps).hasSizeGreaterThan(1);
    for (int step : steps) {
      assertThat(ended.text())
          .contains("warning: checkpoint step-%08d is damaged and passed over".formatted(step));
    }
    assertThat(run.lossTrace()).hasSize(RunFiles.STEPS).startsWith(before.toArray(String[]::new));
  }

  private boolean mount(Object... command) throws IOException {
    Files.createDirectories(run.out());
    Process process =
        new ProcessBuilder(Stream.of(command).map(Object::toString).toList()).inheritIO().start();
    return process.onExit().join().exitValue() == 0;
  }

  private Ended run(String document) throws IOException {
    try (XfoldsProcess command = start(document)) {
      return command.await();
    }
  }

  private XfoldsProcess start(String document) throws IOException {
    Path file = RunFiles.write(folder, "run.yaml", document);
    return XfoldsProcess.start("run", file.toString(), "--out", run.out().toString());
  }
}
