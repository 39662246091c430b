package dev.xfolds.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.NonFinitePolicy;
import dev.xfolds.contract.v1.ParameterGroupPlan;
import dev.xfolds.contract.v1.ParameterKind;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.FinishedRun;
import dev.xfolds.trainer.checkpoint.RunFolder;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that was interrupted, against one that was not: validation every 4 steps, checkpoint 5. */
final class ResumedRunIT {

  @TempDir Path folder;

  static Stream<Named<RunPlan>> plans() {
    return Stream.of(
        Named.of("clip, ViT", TinyPlans.promised(TinyPlans.clipVit())),
        Named.of("clip, ResNet", TinyPlans.promised(TinyPlans.clipResnet())),
        Named.of("vqa, frozen", TinyPlans.promised(TinyPlans.vqaFrozen())),
        Named.of("vqa, skip-step", TinyPlans.promised(skipping())),
        Named.of("clip, averaged, grouped", TinyPlans.promised(averaged())),
        Named.of("clip, ViT, bf16", TinyPlans.promised(bfloat16(TinyPlans.clipVit()))),
        Named.of("vqa, bf16", TinyPlans.promised(bfloat16(TinyPlans.vqa()))));
  }

  private static RunPlan.Builder skipping() {
    RunPlan.Builder plan = TinyPlans.vqa();
    plan.getTrainingBuilder().setNonFinitePolicy(NonFinitePolicy.SKIP_STEP);
    return plan;
  }

  private static RunPlan.Builder bfloat16(RunPlan.Builder plan) {
    plan.getTrainingBuilder().setPrecision(Precision.BF16);
    return plan;
  }

  /** An average of weights and running statistics; norms and biases do not decay. */
  private static RunPlan.Builder averaged() {
    RunPlan.Builder plan = TinyPlans.clipResnet();
    plan.getTrainingBuilder()
        .setEmaDecay(0.9)
        .setNonFinitePolicy(NonFinitePolicy.SKIP_STEP)
        .addParameterGroups(
            ParameterGroupPlan.newBuilder()
                .addKinds(ParameterKind.NORM)
                .addKinds(ParameterKind.BIAS)
                .setWeightDecay(0));
    return plan;
  }

  private Attempts attempts(String name, RunPlan plan) throws IOException {
    return new Attempts(Files.createDirectories(folder.resolve(name)), plan);
  }

  private Attempts undisturbed(RunPlan plan) throws IOException, InterruptedException {
    Attempts attempts = attempts("whole", plan);
    attempts.run();
    return attempts;
  }

  private static void stop(Attempts attempts, long step) {
    assertThatThrownBy(() -> attempts.runAndStopAfter(step))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.STOPPED))
        .hasMessage("stopped on request after step %d, checkpoint written".formatted(step));
    assertThat(attempts.latest().step()).isEqualTo(step);
  }

  private static void kill(Attempts attempts, long step) {
    assertThatThrownBy(() -> attempts.runAndKillAfter(step)).isInstanceOf(Attempts.Killed.class);
  }

  private static void assertEqual(Attempts resumed, Attempts whole) throws IOException {
    assertThat(resumed.trace()).isEqualTo(whole.trace());
    Checkpoint last = resumed.latest();
    assertThat(last.digest()).isEqualTo(whole.latest().digest());
    assertThat(last.file(Checkpoint.optimizer(0)))
        .hasSameBinaryContentAs(whole.latest().file(Checkpoint.optimizer(0)));
    assertThat(timeless(last)).isEqualTo(timeless(whole.latest()));
    assertThat(resumed.best().digest()).isEqualTo(whole.best().digest());
  }

  private static TrainingState timeless(Checkpoint checkpoint) {
    return checkpoint.state().toBuilder().clearTrainingSeconds().build();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void stoppedRunContinuesBitForBit(RunPlan plan) throws IOException, InterruptedException {
    Attempts whole = undisturbed(plan);
    assertThat(whole.trace()).hasSize(12 + 3);
    Attempts resumed = attempts("resumed", plan);
    stop(resumed, 3);
    stop(resumed, 8);
    stop(resumed, 12);
    resumed.run();
    assertEqual(resumed, whole);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void killedRunContinuesBitForBit(RunPlan plan) throws IOException, InterruptedException {
    Attempts whole = undisturbed(plan);
    Attempts resumed = attempts("resumed", plan);
    kill(resumed, 3);
    kill(resumed, 9);
    kill(resumed, 11);
    resumed.run();
    assertEqual(resumed, whole);
  }

  /** Checkpoints after 4 (validation) and 5; killed at 3, 9 (from 0; 8 is kept) and 11 (10 is). */
  @Test
  void stepsThatWereComputedAgainAreCountedApart() throws IOException, InterruptedException {
    RunPlan plan = TinyPlans.promised(TinyPlans.vqaFrozen());
    double step = plan.getCost().getTrainingFlopsPerSample() * 4.0;
    assertThat(plan.getTraining().getBatchSize()).isEqualTo(4);
    Attempts resumed = attempts("resumed", plan);
    kill(resumed, 3);
    double kept = 0;
    double lost = 3 * step;
    for (long at : new long[] {9, 11}) {
      kill(resumed, at);
      RunProgress seen = resumed.state().progress();
      assertThat(seen.getLostFlops()).isCloseTo(lost, within(step / 1e6));
      assertThat(seen.getLostSeconds()).isPositive();
      kept = resumed.latest().state().getCountedFlops();
      lost += at * step - kept;
    }
    resumed.run();
    assertThat(resumed.state().progress().getLostFlops()).isCloseTo(lost, within(step / 1e6));
    assertThat(resumed.latest().state().getCountedFlops()).isCloseTo(12 * step, within(1.0));
    FinishedRun finished =
        FinishedRun.read(RunFolder.claim(folder.resolve("resumed"), plan, 4)).orElseThrow();
    assertThat(finished.lostPfDays()).isCloseTo(lost / 1e15 / 86_400, within(1e-18));
    assertThat(finished.countedPfDays()).isCloseTo(12 * step / 1e15 / 86_400, within(1e-18));
    resumed.run();
    assertThat(resumed.state().progress().getLostFlops()).isCloseTo(lost, within(step / 1e6));
  }

  @Test
  void validationThatWasCutShortIsLoggedOnce() throws IOException, InterruptedException {
    RunPlan plan = TinyPlans.promised(TinyPlans.clipVit());
    Attempts resumed = attempts("resumed", plan);
    stop(resumed, 8);
    kill(resumed, 9);
    resumed.run();
    assertEqual(resumed, undisturbed(plan));
  }

  @Test
  void epochsContinueToo() throws IOException, InterruptedException {
    RunPlan.Builder epochs = TinyPlans.clipVit();
    epochs.getTrainingBuilder().clearSteps().setEpochs(3);
    RunPlan plan = TinyPlans.promised(epochs);
    Attempts whole = undisturbed(plan);
    assertThat(whole.latest().step()).isEqualTo(3 * 4);
    assertThat(whole.latest().state().getEpoch()).isEqualTo(3);
    Attempts resumed = attempts("resumed", plan);
    stop(resumed, 5);
    resumed.run();
    assertEqual(resumed, whole);
  }

  @Test
  void patienceOutlivesAStop() throws IOException, InterruptedException {
    RunPlan.Builder impatient = TinyPlans.clipVit();
    impatient.getTrainingBuilder().setSteps(40);
    impatient.getTrainingBuilder().getOptimizerBuilder().getAdamBuilder().setLearningRate(0.1);
    impatient.getValidationBuilder().setEverySteps(2).setPatience(3);
    RunPlan plan = TinyPlans.promised(impatient);
    Attempts whole = undisturbed(plan);
    long last = whole.latest().step();
    assertThat(last).isLessThan(40);
    assertThat(whole.latest().state().getBestStep()).isEqualTo(last - 6);
    assertThat(whole.best().step()).isEqualTo(last - 6);
    Attempts resumed = attempts("resumed", plan);
    stop(resumed, last - 4);
    stop(resumed, last - 1);
    stop(resumed, last);
    resumed.run();
    assertEqual(resumed, whole);
  }

  @Test
  void damagedNewestCheckpointIsPassedOver() throws IOException, InterruptedException {
    RunPlan plan = TinyPlans.promised(TinyPlans.clipResnet());
    Attempts resumed = attempts("resumed", plan);
    stop(resumed, 7);
    Files.write(resumed.latest().file(Checkpoint.MODEL), new byte[] {1, 2, 3});
    assertThat(resumed.latest().step()).isEqualTo(5);
    resumed.run();
    assertEqual(resumed, undisturbed(plan));
  }

  /** A process that is killed between the two leaves a checkpoint that is not named the best. */
  @Test
  void bestCheckpointIsNamedAfterAllOnResume() throws IOException {
    Attempts resumed = attempts("resumed", TinyPlans.promised(TinyPlans.clipVit()));
    kill(resumed, 9);
    assertThat(resumed.latest().state().getBestStep()).isEqualTo(8);
    Path best = resumed.folder().resolve("checkpoints/best");
    Files.delete(best);
    stop(resumed, 8);
    assertThat(best).hasContent("step-00000008");
  }

  @Test
  void startWithoutACheckpointForgetsTheLinesOfTheOneBefore()
      throws IOException, InterruptedException {
    RunPlan plan = TinyPlans.promised(TinyPlans.clipVit());
    Attempts resumed = attempts("resumed", plan);
    kill(resumed, 2);
    Files.writeString(
        resumed.folder().resolve("metrics.jsonl"),
        "{\"step\":0,\"unreadableImage\":\"phantom/a.png: cut\"}\n");
    resumed.run();
    assertEqual(resumed, undisturbed(plan));
  }
}
