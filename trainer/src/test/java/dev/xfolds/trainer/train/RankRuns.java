package dev.xfolds.trainer.train;

import static dev.xfolds.contract.v1.ExitCode.UNRECOGNIZED;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.io.TempDir;

/** Runs whose ranks are threads of this process. */
abstract class RankRuns {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  final RunPlan on(int ranks, RunPlan.Builder plan) {
    RunPlan.Builder copy = plan.clone();
    copy.getParallelismBuilder().setWorkers(ranks);
    return TinyPlans.promised(copy);
  }

  /** Whether a rank is asked to stop where it stands. */
  interface Asked {
    boolean toStop(int rank, long step);
  }

  static final Asked NEVER = (_, _) -> false;

  /** The codes with which ranks ended. */
  final List<ExitCode> attempt(Path runs, RunPlan plan, int number, Asked asked) {
    return attempt(runs, _ -> plan, plan.getParallelism().getWorkers(), number, asked);
  }

  final List<ExitCode> attempt(
      Path runs, IntFunction<RunPlan> plans, int ranks, int number, Asked asked) {
    Path tls = folder.resolve("tls-" + UUID.randomUUID());
    return Ranks.of(ranks, tls)
        .all(rank -> end(runs, plans.apply(rank.rank()), number, asked, rank));
  }

  static ExitCode end(Path runs, RunPlan plan, int number, Asked asked, Collectives rank) {
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

  final Path runs(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** Loss by step, that of validation under the negative step. */
  static Map<Long, Double> losses(Path runs) throws IOException {
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

  static Path run(Path runs) {
    return RunFolder.path(runs, "default", "run");
  }

  static Checkpoint latest(Path runs, RunPlan plan, int attempt) {
    return CheckpointStore.reading(RunFolder.follow(runs, plan, attempt)).latest().orElseThrow();
  }

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

  static RunPlan.Builder eight(RunPlan.Builder plan, int accumulation) {
    plan.getTrainingBuilder().setBatchSize(8).setGradientAccumulation(accumulation);
    plan.getDataBuilder(0).getPhantomBuilder().setImages(48);
    if (plan.getModel().hasVqaClassifier()) {
      plan.getModelBuilder()
          .getVqaClassifierBuilder()
          .setDropout(0); // parts drop values of their own
    }
    return plan;
  }

  static void assertSameEnd(Path actual, Path expected, RunPlan plan, int attempts)
      throws IOException {
    assertThat(losses(actual)).isEqualTo(losses(expected));
    Checkpoint end = latest(actual, plan, attempts);
    assertThat(end.digest()).isEqualTo(latest(expected, plan, 1).digest());
  }

  static Asked dies(int who, long at) {
    return (rank, step) -> {
      if (rank == who && step >= at) {
        throw new Attempts.Killed();
      }
      return false;
    };
  }

  static Stream<Named<RunPlan.Builder>> towers() {
    return Stream.of(
        Named.of("ViT", TinyPlans.clipVit()), Named.of("ResNet", TinyPlans.clipResnet()));
  }
}
