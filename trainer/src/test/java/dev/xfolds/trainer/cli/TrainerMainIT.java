package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.faults.RankProcesses;
import dev.xfolds.trainer.testing.TestAuthority;
import dev.xfolds.trainer.train.Attempts;
import dev.xfolds.trainer.train.TinyPlans;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainers as processes, from their arguments to their exit codes. */
final class TrainerMainIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  @TempDir static Path tls;
  @TempDir Path folder;
  private RankProcesses processes;
  private Path runs;
  private Path log;

  @BeforeAll
  static void issue() throws IOException {
    new TestAuthority().issue("trainer", tls);
  }

  @BeforeEach
  void prepare() throws IOException {
    runs = Files.createDirectory(folder.resolve("runs"));
    processes = new RankProcesses(folder, runs, tls, TrainerMain.class);
    log = processes.log();
  }

  @AfterEach
  void end() {
    processes.close();
  }

  /** Long enough to be interrupted. */
  private static RunPlan plan() {
    RunPlan.Builder plan = TinyPlans.clipVit();
    plan.getTrainingBuilder().setSteps(60);
    plan.getCheckpointBuilder().setEverySteps(10);
    return TinyPlans.promised(plan);
  }

  private Map<String, String> options(RunPlan plan, long attempt) throws IOException {
    return processes.options(plan, attempt);
  }

  private Process start(Map<String, String> options) throws IOException {
    return processes.start(options, 0);
  }

  private ExitCode code(Process process) throws IOException, InterruptedException {
    assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    ExitCode code = ExitCode.forNumber(process.exitValue());
    assertThat(code).as("%d: %s", process.exitValue(), Files.readString(log)).isNotNull();
    return code;
  }

  private void assertEnds(ExitCode code, String message, Map<String, String> options)
      throws IOException, InterruptedException {
    Files.deleteIfExists(log);
    assertThat(code(start(options))).as(Files.readString(log)).isEqualTo(code);
    assertThat(Files.readString(log)).contains(message).doesNotContain("\tat ");
  }

  @Test
  void endedProcessesContinueBitForBit() throws IOException, InterruptedException {
    RunPlan plan = plan();
    Attempts whole = new Attempts(Files.createDirectory(folder.resolve("whole")), plan);
    whole.run();
    Attempts ended = new Attempts(runs, plan);

    Process terminated = start(options(plan, 1));
    processes.awaitStep(terminated, ended.folder().resolve("metrics.jsonl"), 5);
    terminated.destroy();
    assertThat(code(terminated)).isEqualTo(ExitCode.STOPPED);
    assertThat(Files.readString(log))
        .containsPattern("stopped on request after step [0-9]+, checkpoint written");
    assertThat(ended.latest().step()).isBetween(4L, 59L);

    Process killed = start(options(plan, 2));
    processes.awaitStep(killed, ended.folder().resolve("metrics.jsonl"), ended.latest().step() + 5);
    killed.destroyForcibly().waitFor();

    assertThat(code(start(options(plan, 3)))).isEqualTo(ExitCode.DONE);
    assertThat(ended.trace()).isEqualTo(whole.trace());
    assertThat(ended.latest().digest()).isEqualTo(whole.latest().digest());
    assertThat(ended.folder().resolve("attempt")).hasContent("3");

    assertEnds(ExitCode.RETRY, "trainer: superseded: attempt 3 has claimed ", options(plan, 2));
    assertThat(code(start(options(plan, 4)))).isEqualTo(ExitCode.DONE);
  }

  @Test
  void wrongPlansEndWithTwo() throws IOException, InterruptedException {
    assertEnds(
        ExitCode.INVALID,
        "plan.json: digest must be ",
        options(plan().toBuilder().setName("other").build(), 1));
    RunPlan.Builder bad = TinyPlans.clipVit();
    bad.getTrainingBuilder().setBatchSize(0);
    assertEnds(
        ExitCode.INVALID,
        "trainer: training.batch_size must be positive, was 0",
        options(TinyPlans.promised(bad), 1));
    Map<String, String> options = options(plan(), 1);
    options.put("--plan", folder.resolve("none.json").toString());
    assertEnds(ExitCode.INVALID, "--plan must be a file with a run plan, was ", options);
  }

  @Test
  void portsInUseEndWithTwo() throws IOException, InterruptedException {
    try (ServerSocket taken = new ServerSocket(0)) {
      for (String option : List.of("--health-port", "--progress-port")) {
        Map<String, String> options = options(plan(), 1);
        options.put(option, Integer.toString(taken.getLocalPort()));
        assertEnds(
            ExitCode.INVALID,
            "trainer: %s must be a free port, %d is in use".formatted(option, taken.getLocalPort()),
            options);
      }
    }
  }

  private static int run(BooleanSupplier stop, Map<String, String> options) {
    return TrainerMain.run(stop, RankProcesses.arguments(options));
  }

  @Test
  void wrongOptionsEndWithTwo() throws IOException {
    assertThat(TrainerMain.run(() -> false, "--plan=x")).isEqualTo(ExitCode.INVALID_VALUE);
    for (String option : List.of("--health-port", "--progress-port", "--attempt")) {
      for (String value : List.of("-1", "x", "99999999999999999999")) {
        Map<String, String> options = options(plan(), 1);
        options.put(option, value);
        assertThat(run(() -> false, options)).isEqualTo(ExitCode.INVALID_VALUE);
      }
    }
    Map<String, String> options = options(plan(), 1);
    options.put("--runs", folder.resolve("none").toString());
    assertThat(run(() -> false, options)).isEqualTo(ExitCode.INVALID_VALUE);
  }

  @Test
  void memoryThatRunsOutEndsWithEleven() throws IOException {
    assertThat(
            run(
                () -> {
                  throw new OutOfMemoryError("Java heap space");
                },
                options(plan(), 1)))
        .isEqualTo(ExitCode.OUT_OF_MEMORY_VALUE);
  }

  @Test
  void stopBeforeTrainingEndsWithTwelve() throws IOException {
    assertThat(run(() -> true, options(plan(), 1))).isEqualTo(ExitCode.STOPPED_VALUE);
  }

  @Test
  void processThatTrainsIsReady() throws IOException, InterruptedException {
    RunPlan plan = plan();
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Map<String, String> options = options(plan, 1);
    options.put("--health-port", Integer.toString(port));
    List<Integer> answers = new ArrayList<>();
    Attempts attempts = new Attempts(runs, plan);
    int code =
        run(
            () -> {
              if (Files.exists(attempts.folder().resolve("metrics.jsonl")) && answers.isEmpty()) {
                answers.add(get(port, "/livez"));
                answers.add(get(port, "/readyz"));
              }
              return !answers.isEmpty();
            },
            options);
    assertThat(code).isEqualTo(ExitCode.STOPPED_VALUE);
    assertThat(answers).containsExactly(200, 200);
  }

  private static int get(int port, String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://localhost:%d%s".formatted(port, path));
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
