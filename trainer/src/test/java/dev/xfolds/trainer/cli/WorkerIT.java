package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.testing.TestAuthority;
import dev.xfolds.trainer.train.Attempts;
import dev.xfolds.trainer.train.TinyPlans;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers of several ranks as processes: they begin and end together, and leave nobody behind. */
final class WorkerIT {

  private static final Duration LONG = Duration.ofMinutes(5);

  /** A silent rank is lost after twenty seconds; then come five and twenty of its worker. */
  private static final Duration BOUND = Duration.ofSeconds(75);

  private static final int STEPS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path tls;
  @TempDir static Path shared;
  @TempDir Path folder;

  private static String twoWorkers;

  /** What two workers of a rank each end with, whom nobody disturbs. */
  @BeforeAll
  static void trainTwoWorkers() throws Exception {
    new TestAuthority().issue("trainer", tls);
    twoWorkers = digest(shared, plan(2, 1));
  }

  private static RunPlan plan(int workers, int ranksPerWorker) {
    RunPlan.Builder plan = TinyPlans.clipResnet();
    plan.getTrainingBuilder().setSteps(STEPS).setBatchSize(8).setThreads(1);
    plan.getDataBuilder(0).getPhantomBuilder().setImages(48);
    plan.getCheckpointBuilder().setEverySteps(10).setKeep(3);
    plan.getParallelismBuilder().setWorkers(workers).setRanksPerWorker(ranksPerWorker);
    return TinyPlans.promised(plan);
  }

  private static String digest(Path place, RunPlan plan) throws Exception {
    try (WorkerProcesses processes = new WorkerProcesses(place, tls)) {
      assertDone(processes, plan, 1);
      return new Attempts(processes.runs(), plan).latest().digest();
    }
  }

  private static void assertDone(WorkerProcesses processes, RunPlan plan, long attempt)
      throws Exception {
    assertThat(codes(processes.startAll(plan, attempt)))
        .as(processes.said())
        .containsOnly(ExitCode.DONE);
  }

  private static List<ExitCode> codes(List<Process> processes) throws InterruptedException {
    List<ExitCode> codes = new ArrayList<>();
    for (Process process : processes) {
      assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      codes.add(ExitCode.forNumber(process.exitValue())); // null: a signal's
    }
    return codes;
  }

  /** The processes of a worker's ranks, by their number in it. */
  private static Map<Integer, ProcessHandle> ranks(Process worker) throws IOException {
    Map<Integer, ProcessHandle> ranks = new TreeMap<>();
    for (ProcessHandle child : worker.children().toList()) {
      Path environment = Path.of("/proc", Long.toString(child.pid()), "environ");
      Arrays.stream(Files.readString(environment).split("\0", -1))
          .filter(variable -> variable.startsWith("XFOLDS_LOCAL_RANK="))
          .forEach(variable -> ranks.put(Integer.valueOf(variable.replaceFirst(".*=", "")), child));
    }
    return ranks;
  }

  private static void assertGone(Map<Integer, ProcessHandle> ranks) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(ranks.values()).noneMatch(WorkerIT::runs));
  }

  /** One whose parent has gone may stay in the table where nobody collects it. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  private interface Disturbance {
    /** Ends a worker whose ranks train. */
    void happen(Process worker, Map<Integer, ProcessHandle> ranks, WorkerProcesses processes)
        throws Exception;
  }

  /** Whatever happens to the ranks of a worker, the next attempt ends as two workers do. */
  private void assertEndsTheSameAfter(Disturbance disturbance) throws Exception {
    RunPlan plan = plan(1, 2);
    try (WorkerProcesses processes = new WorkerProcesses(folder, tls)) {
      Attempts attempts = new Attempts(processes.runs(), plan);
      Process worker = processes.startAll(plan, 1).getFirst();
      processes.awaitStep(worker, attempts, 25);
      Map<Integer, ProcessHandle> ranks = ranks(worker);
      assertThat(ranks).containsOnlyKeys(0, 1);
      disturbance.happen(worker, ranks, processes);
      assertGone(ranks);
      assertDone(processes, plan, 2);
      assertThat(attempts.latest().digest()).as(processes.said()).isEqualTo(twoWorkers);
    }
  }

  private static void assertEnds(Process worker, ExitCode code, WorkerProcesses processes)
      throws Exception {
    assertThat(worker.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).as(processes.said()).isTrue();
    assertThat(ExitCode.forNumber(worker.exitValue())).as(processes.said()).isEqualTo(code);
  }

  @Test
  void twoRanksOfOneWorkerAreTwoWorkersBitForBit() throws Exception {
    assertThat(digest(folder, plan(1, 2))).isEqualTo(twoWorkers);
    Path one = Files.createDirectory(folder.resolve("one"));
    digest(one, plan(1, 1));
    List<Double> alone = losses(one);
    List<Double> together = losses(folder);
    assertThat(together).hasSameSizeAs(alone);
    assertThat(together.getFirst()).isCloseTo(alone.getFirst(), within(1e-5 * alone.getFirst()));
  }

  private List<Double> losses(Path place) throws IOException {
    List<Double> losses = new ArrayList<>();
    Path metrics =
        new Attempts(place.resolve("runs"), plan(1, 1)).folder().resolve("metrics.jsonl");
    for (String line : Files.readAllLines(metrics)) {
      JsonNode loss = JSON.readTree(line).get("loss");
      if (loss != null) {
        losses.add(loss.asDouble());
      }
    }
    return losses;
  }

  @Test
  void killedRankEndsItsWorker() throws Exception {
    assertEndsTheSameAfter(
        (worker, ranks, processes) -> {
          ranks.get(1).destroyForcibly();
          assertEnds(worker, ExitCode.RETRY, processes);
          assertThat(processes.said())
              .contains("trainer: lost rank 1")
              .endsWith("trainer: rank 1 was ended by signal 9\n");
        });
  }

  @Test
  void frozenRankIsKilledByItsWorker() throws Exception {
    assertEndsTheSameAfter(
        (worker, ranks, processes) -> {
          signal("-STOP", ranks.get(0));
          assertEnds(worker, ExitCode.RETRY, processes);
          assertThat(processes.said()).contains("lost rank 0");
        });
  }

  private static void signal(String signal, ProcessHandle process) throws Exception {
    assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor())
        .isZero();
  }

  @Test
  void killedWorkerLeavesNoRank() throws Exception {
    assertEndsTheSameAfter((worker, _, _) -> worker.destroyForcibly().waitFor());
  }

  @Test
  void workerThatIsAskedToStopEndsAfterOneCheckpoint() throws Exception {
    assertEndsTheSameAfter(
        (worker, _, processes) -> {
          worker.destroy();
          assertEnds(worker, ExitCode.STOPPED, processes);
          long step = new Attempts(processes.runs(), plan(1, 2)).latest().step();
          assertThat(processes.said())
              .containsPattern(
                  "trainer: rank [01]: stopped on request after step %d, checkpoint written"
                      .formatted(step));
        });
  }

  @Test
  void ranksOfOtherWorkersEndWithAKilledOne() throws Exception {
    RunPlan plan = plan(2, 2);
    try (WorkerProcesses processes = new WorkerProcesses(folder, tls)) {
      Attempts attempts = new Attempts(processes.runs(), plan);
      List<Process> workers = processes.startAll(plan, 1);
      processes.awaitStep(workers.getFirst(), attempts, 25);
      ranks(workers.getLast()).get(0).destroyForcibly();
      for (Process worker : workers) {
        assertEnds(worker, ExitCode.RETRY, processes);
      }
      assertThat(processes.said()).contains("trainer: rank 2 was ended by signal 9");
    }
  }

  @Test
  void firstRankAloneAnswersProbesAndWhatARankSaysIsHandedOn() throws Exception {
    RunPlan plan = plan(1, 2);
    try (WorkerProcesses processes = new WorkerProcesses(folder, tls);
        HttpClient client = HttpClient.newHttpClient()) {
      String port = WorkerProcesses.peers(1).replaceFirst(".*:", "");
      Map<String, String> options = processes.options(plan, 1);
      options.put("--peers", WorkerProcesses.peers(2));
      options.put("--health-port", port);
      Process worker = processes.start(options, 0);
      URI ready = URI.create("http://127.0.0.1:%s/readyz".formatted(port));
      await()
          .atMost(LONG)
          .ignoreExceptions()
          .until(
              () ->
                  client
                          .send(
                              HttpRequest.newBuilder(ready).build(),
                              HttpResponse.BodyHandlers.discarding())
                          .statusCode()
                      == 200);
      worker.destroy();
      assertEnds(worker, ExitCode.STOPPED, processes);
      options.put("--peers", WorkerProcesses.peers(3));
      assertEnds(processes.start(options, 0), ExitCode.INVALID, processes);
      assertThat(processes.said())
          .containsPattern(
              "trainer: rank [01]: --peers must name the 2 ranks of the plan, names 3");
    }
  }
}
