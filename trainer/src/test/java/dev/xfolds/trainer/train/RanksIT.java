package dev.xfolds.trainer.train;

import static dev.xfolds.contract.v1.ExitCode.RETRY;
import static dev.xfolds.contract.v1.ExitCode.STOPPED;
import static dev.xfolds.contract.v1.ExitCode.UNRECOGNIZED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.CheckpointStore;
import dev.xfolds.trainer.checkpoint.RunFolder;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.parallel.Ranks;
import dev.xfolds.trainer.progress.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One run on one, two and four ranks: the same samples, the same numbers. */
final class RanksIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  static Stream<Named<RunPlan.Builder>> plans() {
    return Stream.of(
        Named.of("clip, whole", eight(TinyPlans.clipVit(), 1)),
        Named.of("clip, in two parts", eight(TinyPlans.clipVit(), 2)),
        Named.of("clip, ResNet, whole", eight(TinyPlans.clipResnet(), 1)),
        Named.of("clip, ResNet, in two parts", eight(TinyPlans.clipResnet(), 2)),
        Named.of("vqa, ResNet", eight(TinyPlans.vqa(), 1)),
        Named.of("vqa, frozen images", eight(TinyPlans.vqaFrozen(), 1)),
        Named.of("vqa, in two parts", eight(TinyPlans.vqaFrozen(), 2)));
  }

  private static RunPlan.Builder eight(RunPlan.Builder plan, int accumulation) {
    plan.getTrainingBuilder().setBatchSize(8).setGradientAccumulation(accumulation);
    plan.getDataBuilder(0).getPhantomBuilder().setImages(48);
    if (plan.getModel().hasVqaClassifier()) {
      plan.getModelBuilder()
          .getVqaClassifierBuilder()
          .setDropout(0); // parts drop values of their own
    }
    return plan;
  }

  private RunPlan on(int ranks, RunPlan.Builder plan) {
    RunPlan.Builder copy = plan.clone();
    copy.getParallelismBuilder().setWorkers(ranks);
    return TinyPlans.promised(copy);
  }

  /** Whether a rank is asked to stop where it stands. */
  private interface Asked {
    boolean toStop(int rank, long step);
  }

  private static final Asked NEVER = (_, _) -> false;

  /** The codes with which ranks ended. */
  private List<ExitCode> attempt(Path runs, RunPlan plan, int number, Asked asked) {
    return attempt(runs, _ -> plan, plan.getParallelism().getWorkers(), number, asked);
  }

  private List<ExitCode> attempt(
      Path runs, IntFunction<RunPlan> plans, int ranks, int number, Asked asked) {
    Path tls = folder.resolve("tls-" + UUID.randomUUID());
    return Ranks.of(ranks, tls)
        .all(rank -> end(runs, plans.apply(rank.rank()), number, asked, rank));
  }

  private static ExitCode end(Path runs, RunPlan plan, int number, Asked asked, Collectives rank) {
    RunState state = new RunState(InstantSource.system());
    try {
      TrainerRun.Place place =
          new TrainerRun.Place(runs, new Volumes(Map.of()), number, Optional.empty(), rank);
      TrainerRun.execute(
          plan,
          place,
          state,
          () -> asked.toStop(rank.rank(), state.progress().getStep()),
          InstantSource.system());
      return ExitCode.DONE;
    } catch (TrainerException e) {
      return e.code();
    } catch (Attempts.Killed e) {
      return UNRECOGNIZED;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Path runs(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** Loss by step, that of validation under the negative step. */
  private static Map<Long, Double> losses(Path runs) throws IOException {
    Map<Long, Double> losses = new TreeMap<>();
    for (String line : Files.readAllLines(run(runs).resolve("metrics.jsonl"))) {
      JsonNode node = JSON.readTree(line);
      if (node.has("loss")) {
        losses.put(node.get("step").asLong(), node.get("loss").asDouble());
      } else {
        losses.put(-node.get("step").asLong(), node.get("validationLoss").asDouble());
      }
    }
    return losses;
  }

  private static Path run(Path runs) {
    return RunFolder.path(runs, "default", "run");
  }

  private static Checkpoint latest(Path runs, RunPlan plan, int attempt) {
    return CheckpointStore.reading(RunFolder.follow(runs, plan, attempt)).latest().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void ranksTakeTheSameStepsAsOne(RunPlan.Builder plan) throws Exception {
    RunPlan single = on(1, plan);
    Path alone = runs("one");
    assertThat(attempt(alone, single, 1, NEVER)).containsOnly(ExitCode.DONE);
    Map<Long, Double> expected = losses(alone);
    assertThat(expected).hasSize(12 + 3);
    for (int ranks : new int[] {2, 4}) {
      RunPlan several = on(ranks, plan);
      Path runs = runs("ranks-" + ranks);
      assertThat(attempt(runs, several, 1, NEVER)).containsOnly(ExitCode.DONE);
      Map<Long, Double> losses = losses(runs);
      assertThat(losses.keySet()).isEqualTo(expected.keySet());
      losses.forEach(
          (step, loss) ->
              assertThat(loss)
                  .as("step %d", step)
                  .isCloseTo(expected.get(step), within(1e-5 * expected.get(step))));
      assertThat(run(runs).resolve("finished.json")).exists();
    }
  }

  private static void assertSameEnd(Path actual, Path expected, RunPlan plan, int attempts)
      throws IOException {
    assertThat(losses(actual)).isEqualTo(losses(expected));
    Checkpoint end = latest(actual, plan, attempts);
    assertThat(end.digest()).isEqualTo(latest(expected, plan, 1).digest());
  }

  @ParameterizedTest
  @MethodSource("plans")
  void interruptedRanksContinueBitForBit(RunPlan.Builder plan) throws Exception {
    RunPlan two = on(2, plan);
    Path whole = runs("whole");
    assertThat(attempt(whole, two, 1, NEVER)).containsOnly(ExitCode.DONE);
    Path disturbed = runs("disturbed");
    assertThat(attempt(disturbed, two, 1, (rank, step) -> rank == 1 && step >= 3))
        .as("one rank is asked to stop: all write a checkpoint and stop")
        .containsOnly(STOPPED);
    assertThat(latest(disturbed, two, 1).step()).isEqualTo(3);
    assertThat(attempt(disturbed, two, 2, dies(1, 7))).containsExactly(RETRY, UNRECOGNIZED);
    assertThat(attempt(disturbed, two, 3, dies(0, 11))).containsExactly(UNRECOGNIZED, RETRY);
    assertThat(attempt(disturbed, two, 4, NEVER)).containsOnly(ExitCode.DONE);
    assertSameEnd(disturbed, whole, two, 4);
  }

  private static Asked dies(int who, long at) {
    return (rank, step) -> {
      if (rank == who && step >= at) {
        throw new Attempts.Killed();
      }
      return false;
    };
  }

  @Test
  void runGoesOnWithAnotherNumberOfRanks() throws Exception {
    RunPlan.Builder plan = eight(TinyPlans.clipVit(), 1);
    Path whole = runs("whole");
    assertThat(attempt(whole, on(1, plan), 1, NEVER)).containsOnly(ExitCode.DONE);
    Path moved = runs("moved");
    assertThat(attempt(moved, on(1, plan), 1, (_, step) -> step >= 3)).containsOnly(STOPPED);
    assertThat(attempt(moved, on(4, plan), 2, (_, step) -> step >= 8)).containsOnly(STOPPED);
    assertThat(attempt(moved, on(2, plan), 3, NEVER)).containsOnly(ExitCode.DONE);
    Map<Long, Double> losses = losses(moved);
    losses(whole)
        .forEach((step, loss) -> assertThat(losses.get(step)).isCloseTo(loss, within(1e-5)));
  }

  static Stream<Named<RunPlan.Builder>> towers() {
    return Stream.of(
        Named.of("ViT", TinyPlans.clipVit()), Named.of("ResNet", TinyPlans.clipResnet()));
  }

  /** At a rate that does not turn the last digit of a sum into another model. */
  @ParameterizedTest
  @MethodSource("towers")
  void twoRanksStayWithOneOver200Steps(RunPlan.Builder plan) throws Exception {
    plan.getTrainingBuilder().setSteps(200).setBatchSize(16).setGradientAccumulation(1);
    plan.getTrainingBuilder().getOptimizerBuilder().getAdamBuilder().setLearningRate(1e-4);
    plan.getDataBuilder(0).getPhantomBuilder().setImages(400);
    plan.clearValidation();
    Path alone = runs("one");
    assertThat(attempt(alone, on(1, plan), 1, NEVER)).containsOnly(ExitCode.DONE);
    Path two = runs("two");
    assertThat(attempt(two, on(2, plan), 1, NEVER)).containsOnly(ExitCode.DONE);
    Map<Long, Double> losses = losses(two);
    assertThat(losses).hasSize(200);
    losses(alone)
        .forEach(
            (step, loss) ->
                assertThat(losses.get(step)).as("step %d", step).isCloseTo(loss, within(1e-5)));
  }

  /** As with volumes that several pods cannot share. */
  @Test
  void ranksThatSeeOtherDataEndBeforeTheFirstStep() throws Exception {
    RunPlan plan = on(2, eight(TinyPlans.clipVit(), 1));
    RunPlan.Builder other = plan.toBuilder();
    other.getDataBuilder(0).getPhantomBuilder().setImages(40);
    Path runs = runs("other");
    assertThat(attempt(runs, rank -> rank == 0 ? plan : other.build(), 2, 1, NEVER))
        .containsOnly(ExitCode.INVALID);
    assertThat(run(runs).resolve("metrics.jsonl")).doesNotExist();
  }
}
