package dev.xfolds.operator.cli;

import static dev.xfolds.operator.cli.RunFiles.CHECKPOINT_EVERY;
import static dev.xfolds.operator.cli.RunFiles.STEPS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.cli.XfoldsProcess.Ended;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of real processes that is killed or stopped ends as one that nobody disturbed: the same
 * loss at every step, bit for bit, and the same weights.
 */
@Timeout(600)
final class InterruptedRunIT {
  @TempDir private static Path undisturbedFolder;
  private static RunOutput undisturbed;

  @TempDir private Path folder;
  private Path file;
  private RunOutput run;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    Path file = RunFiles.write(undisturbedFolder, "run.yaml", RunFiles.CLIP);
    undisturbed = new RunOutput(undisturbedFolder.resolve("out"), "first");
    Ended ended = XfoldsProcess.run("run", file.toString(), "--out", undisturbed.out().toString());
    assertThat(ended.exitCode()).as(ended.text()).isZero();
  }

  @BeforeEach
  void writeFile() throws IOException {
    file = RunFiles.write(folder, "run.yaml", RunFiles.CLIP);
    run = new RunOutput(folder.resolve("out"), "first");
  }

  @Test
  void killedTrainerContinuesByItselfFromItsLastCheckpoint() throws IOException {
    try (XfoldsProcess command = start()) {
      run.awaitStep(2 * CHECKPOINT_EVERY + 3);
      run.kill("trainer");
      List<String> before = run.metrics();
      Ended ended = command.await();
      assertThat(ended.exitCode()).as(ended.text()).isZero();
      assertThat(ended.text())
          .contains("trainer ended with exit code 137 (Killed), restart 1 of 5")
          .contains("in 2 attempts");
      assertThat(run.attempts()).containsExactly("Killed", "Done");
      int kept = before.size() / CHECKPOINT_EVERY * CHECKPOINT_EVERY - CHECKPOINT_EVERY;
      // With the time each step took: what a checkpoint holds was not done again.
      assertThat(run.metrics().subList(0, kept)).isEqualTo(before.subList(0, kept));
    }
    assertSameAsUndisturbed();
  }

  @Test
  void stoppedCommandLeavesACheckpointAndTheSameCommandContinues() throws IOException {
    int stoppedAt;
    try (XfoldsProcess command = start()) {
      assertSecondCommandIsRefused(command);
      run.awaitStep(CHECKPOINT_EVERY + 3);
      List<Long> children = List.of(run.pid("trainer"), run.pid("evaluator"));
      Ended ended = command.signal("TERM").await();
      assertThat(ended.exitCode()).as(ended.text()).isEqualTo(143);
      assertThat(ended.text())
          .contains("stopping, waits for a checkpoint")
          .contains("Stopped. The same command continues from the last checkpoint.");
      assertThat(children).noneMatch(RunOutput::alive);
      stoppedAt = run.metrics().size();
      assertThat(run.checkpointSteps()).endsWith(stoppedAt);
    }
    assertOtherPlanIsRefused();
    truncateWeights(stoppedAt);
    try (XfoldsProcess command = start()) {
      RunOutput.patiently(() -> Files.exists(run.logs().resolve("trainer-2.log")));
      run.awaitStep(stoppedAt + 2);
      Ended ended = command.signal("INT").await();
      assertThat(ended.exitCode()).as(ended.text()).isEqualTo(130);
      assertThat(ended.text())
          .contains(
              "first: warning: checkpoint step-%08d is damaged and passed over: %s/model.safetensors: must have "
                  .formatted(stoppedAt, run.checkpoint(stoppedAt)));
    }
    Ended ended = run();
    assertThat(ended.exitCode()).as(ended.text()).isZero();
    assertThat(ended.text()).contains("in 3 attempts");
    assertSameAsUndisturbed();
  }

  @Test
  void killedCommandIsContinuedByTheNextWhichEndsWhatItLeft() throws IOException {
    long trainer;
    long evaluator;
    try (XfoldsProcess command = start()) {
      run.awaitStep(CHECKPOINT_EVERY + 3);
      trainer = run.pid("trainer");
      evaluator = run.pid("evaluator");
      command.signal("KILL").await();
    }
    assertThat(List.of(trainer, evaluator)).allMatch(RunOutput::alive);
    Ended ended = run();
    assertThat(List.of(trainer, evaluator)).noneMatch(RunOutput::alive);
    assertThat(ended.exitCode()).as(ended.text()).isZero();
    assertThat(ended.text())
        .contains("ended process %d (trainer) that an earlier xfolds left".formatted(trainer))
        .contains("ended process %d (evaluator) that an earlier xfolds left".formatted(evaluator));
    assertThat(run.attempts()).containsExactly("Lost", "Done");
    assertSameAsUndisturbed();
  }

  private void assertSecondCommandIsRefused(XfoldsProcess first) throws IOException {
    run.pid("evaluator");
    Ended second = run();
    assertThat(second.exitCode()).isEqualTo(2);
    assertThat(second.text())
        .contains("xfolds run: output folder " + run.out() + " is in use by process ")
        .contains("process " + first.pid() + ": wait for it, stop it, or choose another folder");
  }

  /** The same name, another learning rate: nothing of the first run is touched. */
  private void assertOtherPlanIsRefused() throws IOException {
    List<Integer> steps = run.checkpointSteps();
    Path other = RunFiles.write(folder, "other.yaml", RunFiles.CLIP.replace("0.001", "0.002"));
    Ended ended = XfoldsProcess.run("run", other.toString(), "--out", run.out().toString());
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.text().replaceAll("\\s+", " "))
        .contains("first: failed: FolderInUse")
        .contains(run.folder() + " holds the run of another plan: change metadata.name,");
    assertThat(run.checkpointSteps()).isEqualTo(steps);
  }

  private void truncateWeights(int step) throws IOException {
    Path weights = run.checkpoint(step).resolve("model.safetensors");
    try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(weights) / 2);
    }
  }

  private void assertSameAsUndisturbed() throws IOException {
    assertThat(run.lossTrace())
        .hasSize(STEPS)
        .isEqualTo(undisturbed.lossTrace())
        .extracting(line -> Integer.valueOf(line.substring(0, line.indexOf(' '))))
        .isEqualTo(IntStream.rangeClosed(1, STEPS).boxed().toList());
    assertThat(run.digest(STEPS)).isEqualTo(undisturbed.digest(STEPS));
    assertThat(run.scores()).isEqualTo(undisturbed.scores());
  }

  private XfoldsProcess start() throws IOException {
    return XfoldsProcess.start("run", file.toString(), "--out", run.out().toString());
  }

  private Ended run() throws IOException {
    try (XfoldsProcess command = start()) {
      return command.await();
    }
  }
}
