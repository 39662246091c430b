package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastWordsIT {
  private static final RunProgress PROGRESS =
      RunProgress.newBuilder().setPhase(Phase.FINISHED).setStep(500).build();

  @TempDir Path folder;

  @Test
  void progressIsOneLineOfJson() throws IOException {
    Path file = Files.createFile(folder.resolve("log"));
    LastWords.write(file, PROGRESS);
    assertThat(Files.readString(file)).isEqualTo("{\"phase\":\"FINISHED\",\"step\":\"500\"}");
  }

  @Test
  void fullDiskChangesNothing() {
    Path full = Path.of("/dev/full"); // every write says that no space is left
    assumeTrue(Files.isWritable(full));
    assertThatCode(() -> LastWords.write(full, PROGRESS)).doesNotThrowAnyException();
  }

  @Test
  void fileThatNobodyMadeIsNotMade() {
    LastWords.write(folder.resolve("log"), PROGRESS);
    assertThat(folder.resolve("log")).doesNotExist();
  }
}
