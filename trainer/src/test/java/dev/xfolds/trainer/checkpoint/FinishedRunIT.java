package dev.xfolds.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FinishedRunIT {

  private static final FinishedRun FINISHED =
      new FinishedRun(500, "ab12", 315_356, 61.5, 1.25e-9, 2.5e-10, 3.5e-7);

  @TempDir Path runs;

  @Test
  void finishedRunIsReadBack() throws IOException {
    RunFolder folder = new TestRun(runs).claim(1);
    assertThat(FinishedRun.read(folder)).isEmpty();
    FINISHED.write(folder);
    assertThat(FinishedRun.read(folder)).contains(FINISHED);
    assertThat(folder.path().resolve("finished.json"))
        .content()
        .isEqualTo(
            "{\"step\":500,\"checkpointDigest\":\"ab12\",\"parameters\":315356,\"seconds\":61.5,"
                + "\"countedPfDays\":1.25E-9,\"lostPfDays\":2.5E-10,\"peakPfDays\":3.5E-7}");
  }

  @Test
  void fileOfAnOlderTrainerTellsOfNothingLost() throws IOException {
    RunFolder folder = new TestRun(runs).claim(1);
    Files.writeString(
        folder.path().resolve("finished.json"),
        "{\"step\":500,\"checkpointDigest\":\"ab12\",\"parameters\":315356,\"seconds\":61.5,"
            + "\"countedPfDays\":1.25E-9,\"peakPfDays\":3.5E-7}");
    assertThat(FinishedRun.read(folder))
        .contains(new FinishedRun(500, "ab12", 315_356, 61.5, 1.25e-9, 0, 3.5e-7));
  }

  @Test
  void supersededAttemptDoesNotFinishTheRun() throws IOException {
    TestRun run = new TestRun(runs);
    RunFolder first = run.claim(1);
    RunFolder second = run.claim(2);
    assertThatThrownBy(() -> FINISHED.write(first))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY));
    assertThat(FinishedRun.read(second)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{\"step\":500,",
        "{\"step\":500}",
        "{\"step\":\"many\",\"checkpointDigest\":\"ab\",\"parameters\":1,\"seconds\":1,\"countedPfDays\":1,\"peakPfDays\":1}"
      })
  void damagedFileIsRefused(String content) throws IOException {
    RunFolder folder = new TestRun(runs).claim(1);
    Path file = Files.writeString(folder.path().resolve("finished.json"), content);
    assertThatThrownBy(() -> FinishedRun.read(folder))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessageStartingWith(file + ": must tell how the run finished: ");
  }
}
