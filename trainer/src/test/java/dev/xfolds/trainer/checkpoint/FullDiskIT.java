package dev.xfolds.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real full disk: a tmpfs of 1 MiB, which only root can mount. */
final class FullDiskIT {

  @TempDir Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    mounted = succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
    Assumptions.assumeTrue(mounted, "skipped: mounting a tmpfs needs root");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (mounted) {
      assertThat(succeeds("umount", disk.toString())).isTrue();
    }
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }

  @Test
  void fullDiskIsRetriedAndTheFormerCheckpointStays() throws IOException {
    TestRun run = new TestRun(disk);
    CheckpointStore store = run.store(1, 2);
    Checkpoint former = TestRun.write(store, 5, true, TestRun.model("x".repeat(300_000)));
    List<String> before = run.contents();
    Part large = TestRun.model("y".repeat(900_000));
    for (long step : new long[] {5, 10}) {
      assertThatThrownBy(() -> TestRun.write(store, step, true, large))
          .isInstanceOfSatisfying(
              TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY))
          .hasMessage(
              "checkpoint of step %d could not be written to %s: No space left on device; step-00000005 stays the newest"
                  .formatted(step, run.checkpoints()));
      assertThat(run.contents()).isEqualTo(before);
    }
    assertThat(store.latest()).contains(former);
    assertThat(TestRun.write(store, 10, true).step()).isEqualTo(10);
  }
}
