package dev.xfolds.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that writes checkpoints until SIGKILL, five times over the same folder. */
final class KilledWriterIT {

  private static final int KILLS = 5;

  @TempDir Path runs;

  /**
   * Writes checkpoints without end and prints the step of each when it is there.
   *
   * <p>Arguments: root of the volume, attempt, how often each step is written.
   */
  static final class Writer {

    private Writer() {}

    public static void main(String[] args) {
      CheckpointStore store = new TestRun(Path.of(args[0])).store(Long.parseLong(args[1]), 1);
      int times = Integer.parseInt(args[2]);
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      for (long step = store.latest().map(Checkpoint::step).orElse(0L) + 1; true; step++) {
        for (int i = 0; i < times; i++) {
          TestRun.write(store, step, true, TestRun.model("w".repeat(200_000) + step));
          out.println(step);
        }
      }
    }
  }

  @ParameterizedTest(name = "each step written {0} times")
  @ValueSource(ints = {1, 4})
  void newestToldCheckpointOutlivesEveryKill(int times) throws Exception {
    TestRun run = new TestRun(runs);
    for (int kill = 1; kill <= KILLS; kill++) {
      long told = killAfter(5 * kill, 2L * kill, times);
      CheckpointStore store = run.store(2L * kill + 1, 1);
      Checkpoint latest = store.latest().orElseThrow();
      assertThat(latest.step()).isGreaterThanOrEqualTo(told);
      assertThat(TestRun.model(latest)).endsWith("w" + latest.step());
      assertThat(store.best().orElseThrow().step()).isBetween(told, latest.step());
      assertThat(run.names()).allMatch(name -> name.matches("latest|best|step-[0-9]{8}"));
    }
  }

  /** The last step that the writer had told before it was killed. */
  private long killAfter(int lines, long attempt, int times)
      throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Writer.class.getName(),
                    runs.toString(),
                    Long.toString(attempt),
                    Integer.toString(times)))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = writer.inputReader(StandardCharsets.UTF_8)) {
      String told = null;
      for (int i = 0; i < lines; i++) {
        told = out.readLine();
        assertThat(told).as("line %d of attempt %d", i, attempt).isNotNull();
      }
      writer.destroyForcibly();
      assertThat(writer.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return Long.parseLong(told);
    } finally {
      writer.destroyForcibly();
    }
  }
}
