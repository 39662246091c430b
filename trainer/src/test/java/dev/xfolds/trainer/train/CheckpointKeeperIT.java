package dev.xfolds.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.trainer.checkpoint.CheckpointStore;
import dev.xfolds.trainer.checkpoint.RunFolder;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.data.TrainingData;
import dev.xfolds.trainer.parallel.SingleRank;
import dev.xfolds.trainer.progress.RunState;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a checkpoint that is brought to the disk while training goes on. */
final class CheckpointKeeperIT {

  @TempDir Path runs;
  private final RunPlan plan = TinyPlans.promised(TinyPlans.clipVit());
  private final RunState state = new RunState(InstantSource.system());
  private final NDManager manager = NDManager.newBaseManager();
  private CheckpointKeeper keeper;

  @BeforeEach
  void claim() throws InterruptedException {
    RunFolder folder = RunFolder.claim(runs, plan, 1);
    RunContext run =
        new RunContext(
            plan,
            folder,
            1,
            new CheckpointStore(folder, 1),
            state,
            () -> false,
            InstantSource.system(),
            manager,
            new SingleRank());
    Volumes volumes = new Volumes(Map.of());
    TrainingData data = TrainingData.load(plan, volumes, Optional.empty(), () -> {});
    Learner learner =
        new Learners(plan, volumes, manager, run.ranks()).fresh(data.training(), Optional.empty());
    keeper =
        new CheckpointKeeper(
            run, new CheckpointWriter(run, learner, List.of(), false), Optional.empty());
  }

  @AfterEach
  void close() {
    keeper.close();
    manager.close();
  }

  private void write(long step) {
    keeper.write(
        TrainingState.newBuilder().setStep(step).build(),
        Map.of(),
        0.5,
        OptionalDouble.empty(),
        true);
  }

  @Test
  void newestIsThereForWhoWaitsForIt() {
    write(3);
    assertThat(keeper.step()).isEqualTo(3);
    assertThat(keeper.newest().step()).isEqualTo(3);
    assertThat(state.progress().getCheckpointStep()).isEqualTo(3);
  }

  @Test
  void anotherOneWaitsForTheOneBefore() {
    write(3);
    write(4);
    assertThat(state.progress().getCheckpointStep()).isEqualTo(3);
    keeper.settle();
    assertThat(state.progress().getCheckpointStep()).isEqualTo(4);
  }

  @Test
  void failureBehindTheTrainingEndsIt() {
    RunFolder.claim(runs, plan, 2);
    write(3);
    assertThatThrownBy(keeper::settle)
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY));
    keeper.settle(); // told once
  }

  @Test
  void attemptThatEndsOtherwiseStillLeavesTheCheckpoint() {
    write(3);
    keeper.close();
    assertThat(
            CheckpointStore.reading(RunFolder.follow(runs, plan, 1)).latest().orElseThrow().step())
        .isEqualTo(3);
    assertThat(state.progress().getCheckpointStep()).as("what status will tell").isEqualTo(3);
  }
}
