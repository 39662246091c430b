package dev.xfolds.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.trainer.checkpoint.Spending.Amount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpendingIT {
  private static final Amount STEP = new Amount(1e15 / 3, 0.1);

  private static final String FIRST = "1-" + TestRun.PLAN.getUid();

  @TempDir Path runs;

  /** An attempt that takes some steps and ends, however. */
  private Amount attempt(long number, Amount kept, int steps) {
    RunFolder run = new TestRun(runs).claim(number);
    Amount lost;
    try (Spending spending = Spending.open(run, kept)) {
      lost = Spending.lost(run, kept);
      for (int i = 0; i < steps; i++) {
        spending.add(STEP);
      }
    }
    return lost;
  }

  private static Amount steps(int count) {
    Amount sum = Amount.NOTHING;
    for (int i = 0; i < count; i++) {
      sum = sum.plus(STEP);
    }
    return sum;
  }

  private static void assertClose(Amount lost, int steps) {
    assertThat(lost.flops() / STEP.flops()).isCloseTo(steps, within(1e-6));
    assertThat(lost.seconds() / STEP.seconds()).isCloseTo(steps, within(1e-6));
  }

  @Test
  void stepsThatNoCheckpointKeptAreLostInEveryAttempt() {
    assertClose(attempt(1, Amount.NOTHING, 7), 0);
    assertClose(attempt(2, steps(5), 0), 2); // died before its first step
    assertClose(attempt(3, steps(5), 10), 2);
    assertClose(attempt(4, steps(15), 3), 2); // 15 were kept
    assertClose(attempt(5, steps(15), 1), 5);
    assertClose(Spending.lost(new TestRun(runs).claim(6), steps(16)), 5);
  }

  @Test
  void undisturbedRunHasLostNothing() {
    attempt(1, Amount.NOTHING, 1001);
    attempt(2, steps(1001), 777);
    Amount lost = Spending.lost(new TestRun(runs).claim(3), steps(1778));
    assertThat(lost).isEqualTo(Amount.NOTHING);
  }

  /** A run that an older trainer began has no files of its first attempts. */
  @Test
  void whatACheckpointKeptIsSpentThoughNoFileSaysSo() {
    assertClose(attempt(4, steps(100), 7), 0);
    assertClose(attempt(5, steps(100), 0), 7);
  }

  /** A run that was deleted and applied anew counts its attempts from 1 again. */
  @Test
  void attemptOfTheSameNumberAddsToTheFile() {
    attempt(1, Amount.NOTHING, 4);
    assertClose(attempt(1, Amount.NOTHING, 2), 4);
    assertClose(attempt(2, Amount.NOTHING, 0), 6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{\"flops\":1e15",
        "{\"flops\":-1,\"seconds\":1}",
        "{\"flops\":\"NaN\",\"seconds\":1}",
        "{\"flops\":1e999,\"seconds\":1}",
        "{\"flops\":1}",
        "{\"flops\":1e15,\"seconds\":1,\"longerThanOurs\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}"
      })
  void damagedFileCountsAsNothing(String content) throws IOException {
    attempt(1, Amount.NOTHING, 4);
    attempt(2, Amount.NOTHING, 3);
    Files.writeString(new TestRun(runs).path().resolve("spent").resolve(FIRST), content);
    assertClose(attempt(3, Amount.NOTHING, 0), 3);
  }

  @Test
  void folderThatCannotBeUsedDisturbsNothing() throws IOException {
    RunFolder run = new TestRun(runs).claim(1);
    Files.writeString(run.path().resolve("spent"), "a file, not a folder");
    assertClose(attempt(1, Amount.NOTHING, 4), 0);
    assertThat(Spending.lost(run, Amount.NOTHING)).isEqualTo(Amount.NOTHING);
  }

  @Test
  void whatASupersededAttemptWentOnWithIsLostToo() {
    RunFolder first = new TestRun(runs).claim(1);
    try (Spending zombie = Spending.open(first, Amount.NOTHING)) {
      zombie.add(STEP);
      assertClose(attempt(2, Amount.NOTHING, 5), 1);
      zombie.add(STEP);
      assertClose(Spending.lost(new TestRun(runs).claim(2), steps(5)), 2);
    }
  }
}
