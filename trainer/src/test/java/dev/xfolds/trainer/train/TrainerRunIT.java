package dev.xfolds.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.NonFinitePolicy;
import dev.xfolds.contract.v1.ParameterGroupPlan;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How runs begin and end. */
final class TrainerRunIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path runs;

  private Attempts attempts(RunPlan.Builder plan) {
    return new Attempts(runs, TinyPlans.promised(plan));
  }

  private static void assertEnds(ExitCode code, String message, ThrowingCallable attempt) {
    TrainerException end = catchThrowableOfType(TrainerException.class, attempt);
    assertThat(end).isNotNull().hasMessageContaining(message);
    assertThat(end.code()).isEqualTo(code);
  }

  @Test
  void finishedRunTellsWhatItTook() throws IOException, InterruptedException {
    Attempts attempts = attempts(TinyPlans.vqaFrozen());
    attempts.run();
    RunProgress progress = attempts.state().progress();
    assertThat(progress.getPhase()).isEqualTo(Phase.FINISHED);
    assertThat(progress.getStep()).isEqualTo(12);
    assertThat(progress.getTotalSteps()).isEqualTo(12);
    assertThat(progress.getCheckpointStep()).isEqualTo(12);
    assertThat(progress.getCheckpointWritten()).isEqualTo(attempts.latest().written());
    assertThat(progress.getDataWaitShare()).isBetween(0.0, 1.0);
    assertThat(progress.getCheckpointDigest()).isEqualTo(attempts.latest().digest());
    var finished = JSON.readTree(attempts.folder().resolve("finished.json").toFile());
    assertThat(finished.path("checkpointDigest").asText()).isEqualTo(attempts.best().digest());
    assertThat(finished.path("step").asLong()).isEqualTo(attempts.best().step());
    double seconds = finished.path("seconds").asDouble();
    assertThat(seconds).isPositive();
    assertThat(finished.path("peakPfDays").asDouble())
        .isCloseTo(seconds * 1e11 / 1e15 / 86400, within(1e-18));
    double flops = attempts.latest().state().getCountedFlops();
    assertThat(finished.path("countedPfDays").asDouble())
        .isCloseTo(flops / 1e15 / 86400, within(1e-18));
  }

  @Test
  void finishedRunTrainsNothing() throws IOException, InterruptedException {
    Attempts attempts = attempts(TinyPlans.clipVit());
    attempts.run();
    List<String> trace = attempts.trace();
    RunProgress first = attempts.state().progress();
    attempts.run(
        () -> {
          throw new AssertionError("nothing is left to stop");
        });
    assertThat(attempts.trace()).isEqualTo(trace);
    assertThat(ofTheRun(attempts.state().progress())).isEqualTo(ofTheRun(first));
  }

  /** Without what is told of the latest steps that this process has made. */
  private static RunProgress ofTheRun(RunProgress progress) {
    return progress.toBuilder()
        .clearLearningRate()
        .clearGradientNorm()
        .clearSamplesPerSecond()
        .clearDataWaitShare()
        .clearStepSeconds()
        .clearCheckpointSeconds()
        .build();
  }

  @Test
  void finishedRunWithoutItsCheckpointIsNotTrainedAgain() throws IOException, InterruptedException {
    Attempts attempts = attempts(TinyPlans.clipVit());
    attempts.run();
    long best = attempts.best().step();
    Files.delete(attempts.best().file(Checkpoint.MODEL));
    assertEnds(
        ExitCode.INVALID,
        "checkpoints must hold the checkpoint of step %d (digest ".formatted(best),
        attempts::run);
  }

  @Test
  void checkpointThatValidationChoseIsNotReplacedByAnother()
      throws IOException, InterruptedException {
    RunPlan.Builder still = TinyPlans.clipVit();
    still.getTrainingBuilder().getOptimizerBuilder().getAdamBuilder().setLearningRate(1e-12);
    Attempts attempts = attempts(still);
    attempts.run();
    long best = attempts.best().step();
    assertThat(best).isLessThan(attempts.latest().step());
    Files.delete(attempts.folder().resolve("finished.json"));
    Files.delete(attempts.best().file(Checkpoint.MODEL));
    assertEnds(
        ExitCode.INVALID,
        "checkpoints must hold the checkpoint of step %d, which validation has chosen"
            .formatted(best),
        attempts::run);
    assertThat(attempts.folder().resolve("finished.json")).doesNotExist();
  }

  @Test
  void metricsTellWhereTheTimeGoes() throws IOException, InterruptedException {
    Attempts attempts = attempts(TinyPlans.clipVit());
    attempts.run();
    List<JsonNode> steps = new ArrayList<>();
    for (String line : Files.readAllLines(attempts.folder().resolve("metrics.jsonl"))) {
      JsonNode node = JSON.readTree(line);
      if (node.has("loss")) {
        steps.add(node);
      }
    }
    assertThat(steps).hasSize(12);
    for (JsonNode step : steps) {
      double seconds = 0;
      for (String phase : List.of("data", "forward", "backward", "optimizer", "communication")) {
        assertThat(step.get(phase + "Seconds").asDouble())
            .as("%s of %s", phase, step)
            .isNotNegative();
        seconds += step.get(phase + "Seconds").asDouble();
      }
      assertThat(step.get("forwardSeconds").asDouble()).isPositive();
      assertThat(step.get("backwardSeconds").asDouble()).isPositive();
      assertThat(step.get("samplesPerSecond").asDouble())
          .isCloseTo(4 / seconds, within(1e-6 / seconds));
      assertThat(step.get("mfu").asDouble()).isBetween(0.0, 1.0);
      assertThat(step.get("residentBytes").asDouble())
          .isGreaterThan(step.get("heapBytes").asDouble());
      assertThat(step.get("skippedSteps").asInt()).isZero();
    }
    assertThat(steps).anyMatch(step -> step.get("checkpointSeconds").asDouble() > 0);
    RunProgress progress = attempts.state().progress();
    assertThat(progress.getStepSeconds().getBackward()).isPositive();
    assertThat(progress.getCheckpointSeconds()).isPositive();
  }

  @Test
  void groupThatNamesNoWeightEndsTheRun() {
    RunPlan.Builder plan = TinyPlans.clipVit();
    plan.getTrainingBuilder()
        .addParameterGroups(
            ParameterGroupPlan.newBuilder().addNames("visual.conv9").setWeightDecay(0));
    assertEnds(
        ExitCode.INVALID,
        "spec.training.parameterGroups[0].names[0] must name a trained weight or what holds one, was"
            + " \"visual.conv9\"; this model has ",
        attempts(plan)::run);
  }

  @Test
  void stopBeforeTrainingEndsWithoutACheckpoint() {
    Attempts attempts = attempts(TinyPlans.clipVit());
    assertEnds(
        ExitCode.STOPPED,
        "stopped on request before training began, there is no checkpoint yet",
        () -> attempts.run(() -> true));
    assertThat(attempts.folder().resolve("checkpoints")).isEmptyDirectory();
  }

  @Test
  void stopWhileFeaturesAreCachedIsHeeded() {
    Attempts attempts = attempts(TinyPlans.vqaFrozen());
    assertEnds(
        ExitCode.STOPPED,
        "stopped on request",
        () -> attempts.run(() -> attempts.state().progress().getPhase() == Phase.CACHING));
    assertThat(attempts.folder().resolve("metrics.jsonl")).doesNotExist();
  }

  @Test
  void laterAttemptTakesTheRunOver() {
    Attempts first = attempts(TinyPlans.clipVit());
    assertEnds(
        ExitCode.RETRY,
        "superseded: attempt 2 has claimed",
        () ->
            first.run(
                () -> {
                  if (first.state().progress().getStep() == 7) {
                    claim(first);
                  }
                  return false;
                }));
    assertThat(first.folder().resolve("checkpoints/step-00000010")).doesNotExist();
    assertThat(first.folder().resolve("checkpoints/step-00000005")).exists();
  }

  private static void claim(Attempts attempts) {
    try {
      Files.writeString(attempts.folder().resolve("attempt"), "2");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void lossThatIsNoNumberEndsTheRunAndKeepsTheCheckpoint() {
    RunPlan.Builder plan = TinyPlans.clipVit();
    plan.getTrainingBuilder().getOptimizerBuilder().getAdamBuilder().setLearningRate(1e30);
    plan.getTrainingBuilder().getScheduleBuilder().setWarmupSteps(0);
    plan.getCheckpointBuilder().setEverySteps(1);
    Attempts attempts = attempts(plan);
    assertEnds(
        ExitCode.INVALID,
        "loss is NaN and the gradient's norm NaN at step 2, expected finite numbers",
        attempts::run);
    assertThat(attempts.latest().step()).isEqualTo(1);
  }

  @Test
  void skippedStepsAreCountedUntilPatienceEnds() throws IOException {
    RunPlan.Builder plan = TinyPlans.vqaFrozen();
    plan.getTrainingBuilder().setSteps(1000).setNonFinitePolicy(NonFinitePolicy.SKIP_STEP);
    // Nearly the greatest float: on every processor the second step's sums overflow.
    plan.getTrainingBuilder().getOptimizerBuilder().getAdamBuilder().setLearningRate(3e38);
    plan.getTrainingBuilder().getScheduleBuilder().setWarmupSteps(0);
    Attempts attempts = attempts(plan);
    assertEnds(ExitCode.STOPPED, "after step 30", () -> attempts.runAndStopAfter(30));
    assertThat(attempts.latest().state().getSkippedSteps()).isEqualTo(29);
    assertThat(attempts.trace()).anyMatch(line -> line.startsWith("{\"step\":30,\"loss\":\"NaN\""));
    assertEnds(
        ExitCode.INVALID,
        "at step 101, and not finite at the 99 steps before: spec.training.nonFinitePolicy",
        attempts::run);
    assertThat(attempts.state().progress().getSkippedSteps()).isEqualTo(100);
  }

  @Test
  void batchLargerThanTheDataIsNamedBeforeFeaturesAreComputed() {
    RunPlan.Builder plan = TinyPlans.vqaFrozen();
    plan.getTrainingBuilder().setBatchSize(10_000);
    Attempts attempts = attempts(plan);
    assertEnds(
        ExitCode.INVALID,
        "spec.training.batchSize must be at most the number of training samples (",
        attempts::run);
    assertThat(attempts.state().progress().getPhase()).isEqualTo(Phase.STARTING);
  }

  @Test
  void modelOfAnotherCostThanPromisedIsRefused() {
    RunPlan plan = TinyPlans.promised(TinyPlans.clipVit());
    RunPlan other =
        plan.toBuilder()
            .setCost(
                plan.getCost().toBuilder()
                    .setParameters(plan.getCost().getParameters() + 1)
                    .setTrainingFlopsPerSample(7))
            .build();
    assertEnds(
        ExitCode.INVALID,
        "cost.parameters must be that of the built model (%d), was %d\ncost.training_flops_per_sample must be"
            .formatted(plan.getCost().getParameters(), plan.getCost().getParameters() + 1),
        () -> new Attempts(runs, other).run());
  }

  @Test
  void anotherPlanInTheSameFolderIsRefused() throws InterruptedException {
    attempts(TinyPlans.clipVit()).run();
    RunPlan.Builder other = TinyPlans.clipVit();
    other.getTrainingBuilder().setSeed(2);
    assertEnds(ExitCode.INVALID, "FolderInUse", () -> attempts(other).run());
  }

  @Test
  void evaluationsNeedAnEvaluator() {
    RunPlan.Builder plan = TinyPlans.clipVit();
    plan.addEvaluationsBuilder().setTask("phantom@1").addProtocols("exact");
    assertEnds(
        ExitCode.INVALID,
        "--evaluator must be given: the plan has 1 evaluations",
        () -> attempts(plan).run());
  }
}
