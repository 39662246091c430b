package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.testing.TestAuthority;
import dev.xfolds.trainer.train.Attempts;
import dev.xfolds.trainer.train.TinyPlans;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ranks as processes, disturbed at a random step: every run ends with the weights of the run that
 * nobody disturbed. {@code -Dxfolds.trials=10} repeats each ten times.
 */
final class RankFaultsIT {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int TRIALS = Integer.getInteger("xfolds.trials", 1);
  private static final int STEPS = 60;

  /** What is done to a run. */
  private enum Fault {
    KILLED,
    TERMINATED,
    FROZEN,
    TORN
  }

  private static final Map<Integer, String> UNDISTURBED = new TreeMap<>();

  @TempDir static Path tls;
  @TempDir Path folder;

  @BeforeAll
  static void issue() throws IOException {
    new TestAuthority().issue("trainer", tls);
  }

  private static RunPlan plan(int ranks) {
    RunPlan.Builder plan = TinyPlans.clipResnet();
    plan.getTrainingBuilder().setSteps(STEPS).setBatchSize(8);
    plan.getDataBuilder(0).getPhantomBuilder().setImages(48);
    plan.getCheckpointBuilder().setEverySteps(10).setKeep(3);
    plan.getParallelismBuilder().setWorkers(ranks);
    return TinyPlans.promised(plan);
  }

  private String undisturbed(int ranks) throws IOException, InterruptedException {
    if (!UNDISTURBED.containsKey(ranks)) {
      Path whole = Files.createDirectory(folder.resolve("whole"));
      try (TrainerProcesses processes = new TrainerProcesses(whole, tls)) {
        assertThat(codes(processes.startAll(plan(ranks), 1)))
            .as(processes.said())
            .containsOnly(ExitCode.DONE);
        UNDISTURBED.put(ranks, new Attempts(processes.runs(), plan(ranks)).latest().digest());
      }
    }
    return UNDISTURBED.get(ranks);
  }

  private static List<ExitCode> codes(List<Process> processes) throws InterruptedException {
    List<ExitCode> codes = new ArrayList<>();
    for (Process process : processes) {
      assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      codes.add(ExitCode.forNumber(process.exitValue())); // null: a signal's
    }
    return codes;
  }

  @ParameterizedTest
  @CsvSource({
    "1, TORN",
    "2, KILLED",
    "2, TERMINATED",
    "2, FROZEN",
    "4, KILLED",
  })
  void disturbedRanksEndWithTheWeightsOfUndisturbedOnes(int ranks, Fault fault) throws Exception {
    String expected = undisturbed(ranks);
    for (int trial = 0; trial < TRIALS; trial++) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      Path place = Files.createDirectory(folder.resolve("trial-" + trial));
      try (TrainerProcesses processes = new TrainerProcesses(place, tls)) {
        Attempts attempts = new Attempts(processes.runs(), plan(ranks));
        List<Process> first = processes.startAll(plan(ranks), 1);
        TrainerProcesses.awaitLines(first.getFirst(), attempts, 15 + random.nextInt(STEPS / 2));
        disturb(first, random.nextInt(ranks), fault, processes);
        if (fault == Fault.TORN) {
          tear(attempts);
        }
        List<ExitCode> codes = codes(processes.startAll(plan(ranks), 2));
        assertThat(codes).as("seed %d: %s", seed, processes.said()).containsOnly(ExitCode.DONE);
        assertThat(attempts.latest().digest()).as("seed %d", seed).isEqualTo(expected);
      }
    }
  }

  private static void disturb(
      List<Process> ranks, int victim, Fault fault, TrainerProcesses processes) throws Exception {
    switch (fault) {
      case KILLED, TORN -> {
        ranks.get(victim).destroyForcibly().waitFor();
        List<ExitCode> codes = codes(ranks);
        codes.remove(victim);
        assertThat(codes).as(processes.said()).allMatch(ExitCode.RETRY::equals);
        if (ranks.size() > 1) {
          assertThat(processes.said()).contains("rank " + victim);
        }
      }
      case TERMINATED -> {
        ranks.forEach(Process::destroy);
        assertThat(codes(ranks)).as(processes.said()).containsOnly(ExitCode.STOPPED);
      }
      case FROZEN -> {
        signal("-STOP", ranks.get(victim));
        List<Process> others = new ArrayList<>(ranks);
        others.remove(victim);
        assertThat(codes(others)).as(processes.said()).containsOnly(ExitCode.RETRY);
        assertThat(processes.said()).contains("rank " + victim);
        ranks.get(victim).destroyForcibly().waitFor();
      }
    }
  }

  private static void signal(String signal, Process process) throws Exception {
    assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor())
        .isZero();
  }

  /** The newest checkpoint loses its end, as on a disk that lied about a sync. */
  private static void tear(Attempts attempts) throws IOException {
    Path model = attempts.latest().file("model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(model.toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
  }

  @Test
  void ranksNeedToKnowEachOther() throws Exception {
    RunPlan plan = plan(2);
    try (TrainerProcesses processes = new TrainerProcesses(folder, tls)) {
      Map<String, String> options = processes.options(plan, 1);
      assertThat(codes(List.of(processes.start(options, 0)))).containsOnly(ExitCode.INVALID);
      assertThat(processes.said()).contains("--peers must name the 2 ranks of the plan, names 0");
    }
  }
}
