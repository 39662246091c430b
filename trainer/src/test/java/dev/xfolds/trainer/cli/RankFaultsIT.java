package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.faults.FaultTrials;
import dev.xfolds.trainer.faults.RankProcesses;
import dev.xfolds.trainer.testing.TestAuthority;
import dev.xfolds.trainer.train.TinyPlans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trials of {@code ./xfolds bench faults} with a smaller model: ranks as processes, disturbed. */
final class RankFaultsIT {

  /** The first of five seeds that have one fault each: see {@code Draw}. */
  private static final long SEED = 30;

  private static final int TRIALS = 5;
  private static final int STEPS = 60;
  private static final Predicate<String> ROW = Pattern.compile("^ *[0-9]+ +[124] ").asPredicate();

  @TempDir private Path folder;

  private static RunPlan plan(int ranks) {
    RunPlan.Builder plan = TinyPlans.clipResnet();
    plan.getTrainingBuilder().setSteps(STEPS).setBatchSize(8);
    plan.getDataBuilder(0).getPhantomBuilder().setImages(48);
    plan.getCheckpointBuilder().setEverySteps(10).setKeep(3);
    plan.getParallelismBuilder().setWorkers(ranks);
    return TinyPlans.promised(plan);
  }

  @Test
  void disturbedRanksEndWithTheWeightsOfUndisturbedOnes() throws Exception {
    List<String> lines = new ArrayList<>();
    List<RunPlan> plans = Stream.of(1, 2, 4).map(RankFaultsIT::plan).toList();
    FaultTrials trials =
        new FaultTrials(
            plans,
            folder,
            TrainerMain.class,
            line -> {
              System.out.println(line);
              lines.add(line);
            });
    boolean good = trials.run(SEED, TRIALS);
    assertThat(good).as(() -> String.join("\n", lines) + logs()).isTrue();
    assertThat(lines)
        .last()
        .asString()
        .matches("torn 1/1,( full 1/1,)? killed 1/1, terminated 1/1, frozen 1/1");
    assertThat(lines).filteredOn(ROW).hasSize(TRIALS).allMatch(line -> line.length() <= 80);
  }

  /** Of trials that failed. */
  private String logs() {
    try (Stream<Path> places = Files.list(folder)) {
      StringBuilder all = new StringBuilder();
      for (Path log : places.map(place -> place.resolve("log")).filter(Files::exists).toList()) {
        all.append("\n").append(log).append("\n").append(Files.readString(log));
      }
      return all.toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void ranksNeedToKnowEachOther() throws Exception {
    RunPlan plan = plan(2);
    Path tls = new TestAuthority().issue("trainer", folder.resolve("tls"));
    Path runs = Files.createDirectory(folder.resolve("runs"));
    try (RankProcesses processes = new RankProcesses(folder, runs, tls, TrainerMain.class)) {
      Process alone = processes.start(processes.options(plan, 1), 0);
      assertThat(alone.waitFor()).isEqualTo(ExitCode.INVALID_VALUE);
      assertThat(processes.said()).contains("--peers must name the 2 ranks of the plan, names 0");
    }
  }
}
