package dev.xfolds.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.Timestamp;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.contract.v1.StepSeconds;
import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.BaselineStatus;
import dev.xfolds.operator.api.ComputeStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.EvaluationStatus;
import dev.xfolds.operator.api.ProgressStatus;
import dev.xfolds.operator.api.TrainingRunStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RunSamplesTest {
  private static final Instant CREATED = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant NOW = CREATED.plusSeconds(1000);
  private static final RunProgress TRAINING =
      RunProgress.newBuilder()
          .setPhase(Phase.TRAINING)
          .setStep(250)
          .setTotalSteps(500)
          .setLoss(0.5f)
          .setSamplesPerSecond(64)
          .setDataWaitShare(0.25)
          .setStepSeconds(
              StepSeconds.newBuilder()
                  .setData(0.25)
                  .setForward(0.25)
                  .setBackward(0.375)
                  .setOptimizer(0.125))
          .setCheckpointSeconds(2)
          .setEtaSeconds(40)
          .setCheckpointStep(200)
          .setCheckpointWritten(
              Timestamp.newBuilder().setSeconds(NOW.minusSeconds(30).getEpochSecond()))
          .setTrainingSeconds(86_400)
          .setCountedFlops(4.32e15)
          .setHeapBytes(100)
          .setResidentBytes(350)
          .setSkippedSteps(3)
          .build();

  @Test
  void trainingRunTellsItsNumbers() {
    Map<String, Double> values = values(heard(TRAINING, true), "Running");
    assertThat(values)
        .contains(
            entry("xfolds_run_state{Running}", 1.0),
            entry("xfolds_run_info{clip}", 1.0),
            entry("xfolds_run_condition{Accepted,True,Planned}", 1.0),
            entry("xfolds_run_step", 250.0),
            entry("xfolds_run_steps", 500.0),
            entry("xfolds_run_loss", 0.5),
            entry("xfolds_run_samples_per_second", 64.0),
            entry("xfolds_run_data_wait_ratio", 0.25),
            entry("xfolds_run_step_seconds{data}", 0.25),
            entry("xfolds_run_step_seconds{backward}", 0.375),
            entry("xfolds_run_checkpoint_seconds", 2.0),
            entry("xfolds_run_eta_seconds", 40.0),
            entry("xfolds_run_checkpoint_step", 200.0),
            entry("xfolds_run_checkpoint_age_seconds", 30.0),
            entry("xfolds_run_memory_bytes{heap}", 100.0),
            entry("xfolds_run_memory_bytes{native}", 250.0),
            entry("xfolds_run_skipped_steps", 3.0),
            entry("xfolds_run_progress_age_seconds", 5.0),
            entry("xfolds_run_trainer_up", 1.0),
            entry("xfolds_run_evaluator_up", 0.0),
            entry("xfolds_run_waiting_seconds", 0.0),
            entry("xfolds_run_attempts", 2.0),
            entry("xfolds_run_restarts", 1.0),
            entry("xfolds_run_device_seconds", 86_400.0),
            entry("xfolds_run_counted_pf_days", 4.32e15 / 8.64e19),
            entry("xfolds_run_peak_pf_days", 1e11 / 1e15),
            entry("xfolds_run_mfu_ratio", 0.5));
    assertThat(values).doesNotContainKey("xfolds_run_questions");
  }

  @Test
  void silentTrainerShowsItsAgeAndNoRate() {
    Map<String, Double> values = values(heard(TRAINING, false), "Running");
    assertThat(values)
        .containsEntry("xfolds_run_trainer_up", 0.0)
        .containsEntry("xfolds_run_progress_age_seconds", 5.0)
        .containsEntry("xfolds_run_step", 250.0)
        .doesNotContainKeys(
            "xfolds_run_loss",
            "xfolds_run_samples_per_second",
            "xfolds_run_eta_seconds",
            "xfolds_run_data_wait_ratio",
            "xfolds_run_memory_bytes{heap}");
  }

  @Test
  void attemptThatHasNotReadItsCheckpointDoesNotTakeNumbersBackToZero() {
    RunProgress starting =
        RunProgress.newBuilder().setPhase(Phase.STARTING).setCheckpointStep(-1).build();
    assertThat(values(heard(starting, true), "Running"))
        .containsEntry("xfolds_run_trainer_up", 1.0)
        .doesNotContainKeys(
            "xfolds_run_step",
            "xfolds_run_device_seconds",
            "xfolds_run_loss",
            "xfolds_run_checkpoint_step");
  }

  @Test
  void lossThatIsNoNumberIsTold() {
    RunProgress broken = TRAINING.toBuilder().setLoss(Float.NaN).build();
    assertThat(values(heard(broken, true), "Running").get("xfolds_run_loss")).isNaN();
  }

  @Test
  void evaluationTellsItsQuestionsAndNoThroughput() {
    RunProgress evaluating =
        TRAINING.toBuilder()
            .setPhase(Phase.EVALUATING)
            .setQuestionsAnswered(7)
            .setQuestionsTotal(90)
            .build();
    assertThat(values(heard(evaluating, true), "Evaluating"))
        .containsEntry("xfolds_run_questions_answered", 7.0)
        .containsEntry("xfolds_run_questions", 90.0)
        .doesNotContainKey("xfolds_run_samples_per_second");
  }

  @Test
  void waitingCountsFromTheLatestOfCreationEndAndResume() {
    assertThat(waiting(List.of(), List.of())).isEqualTo(1000);
    assertThat(waiting(List.of(attempt(CREATED.plusSeconds(400))), List.of())).isEqualTo(600);
    assertThat(
            waiting(
                List.of(attempt(CREATED.plusSeconds(400))),
                List.of(condition("Suspended", "False", CREATED.plusSeconds(900)))))
        .isEqualTo(100);
  }

  @Test
  void suspendedRunDoesNotWait() {
    assertThat(values(heard(TRAINING, false), "Suspended"))
        .containsEntry("xfolds_run_waiting_seconds", 0.0)
        .containsEntry("xfolds_run_step", 250.0)
        .doesNotContainKeys("xfolds_run_trainer_up", "xfolds_run_checkpoint_age_seconds");
  }

  @Test
  void newestReportOfEachTaskIsToldWithIntervalAndStep() {
    RunNumbers numbers =
        numbers(
            "Running",
            Optional.empty(),
            List.of(report(100, 10, 0.4), report(300, 30, 0.6), report(200, 20, 0.5)));
    Map<String, Double> values = values(numbers);
    assertThat(values)
        .containsEntry("xfolds_run_score{vqa@1,exact,accuracy,model}", 0.6)
        .containsEntry("xfolds_run_score_ci_low{vqa@1,exact,accuracy,model}", 0.5)
        .containsEntry("xfolds_run_score_ci_high{vqa@1,exact,accuracy,model}", 0.7)
        .containsEntry("xfolds_run_score_questions{vqa@1,exact,accuracy,model}", 90.0)
        .containsEntry("xfolds_run_score_step{vqa@1,exact,accuracy,model}", 300.0)
        .containsKey("xfolds_run_score{vqa@1,exact,accuracy,majority}");
    assertThat(values.keySet()).noneMatch(name -> name.contains("answer_type"));
  }

  @Test
  void runThatEndedUnderAnOperatorBeforeTellsItsScoreAndCost() {
    TrainingRunStatus last =
        new TrainingRunStatus(
            1L,
            "clip",
            "Complete",
            List.of(condition("Complete", "True", NOW)),
            List.of(),
            1,
            0,
            1,
            new ProgressStatus(500L, 500L, null, null, null),
            List.of(),
            List.of(
                remembered(
                    "d", 500L, "0.6", new BaselineStatus("majority", "0.3", "0.2", "0.4", 90)),
                remembered("c", 400L, "0.9", new BaselineStatus("chance", "0.1", "0", "1", 90))),
            new ComputeStatus("120", "0.2", "0.05", "0.01", null, null, "1 x CPU"));
    assertThat(values(RunNumbers.of("team", "run", "uid", CREATED, last)))
        .containsEntry("xfolds_run_score{vqa@1,exact,accuracy,model}", 0.6)
        .containsEntry("xfolds_run_score_step{vqa@1,exact,accuracy,model}", 500.0)
        .containsEntry("xfolds_run_score{vqa@1,exact,accuracy,majority}", 0.3)
        .containsEntry("xfolds_run_score_ci_high{vqa@1,exact,accuracy,majority}", 0.4)
        .containsEntry("xfolds_run_score_questions{vqa@1,exact,accuracy,majority}", 90.0)
        .containsEntry("xfolds_run_score_step{vqa@1,exact,accuracy,majority}", 500.0)
        .containsEntry("xfolds_run_counted_pf_days", 0.05)
        .containsEntry("xfolds_run_lost_pf_days", 0.01)
        .containsEntry("xfolds_run_peak_pf_days", 0.2)
        .containsEntry("xfolds_run_device_seconds", 120.0)
        .containsEntry("xfolds_run_step", 500.0)
        .doesNotContainKeys(
            "xfolds_run_mfu_ratio",
            "xfolds_run_trainer_up",
            "xfolds_run_score{vqa@1,exact,accuracy,chance}");
  }

  @Test
  void scoreThatAnOperatorOfBeforeWroteDownHasNeitherStepNorBaseline() {
    TrainingRunStatus last =
        new TrainingRunStatus(
            1L,
            "clip",
            "Complete",
            List.of(condition("Complete", "True", NOW)),
            List.of(),
            1,
            0,
            1,
            null,
            List.of(),
            List.of(remembered("d", null, "0.6", null)),
            null);
    assertThat(values(RunNumbers.of("team", "run", "uid", CREATED, last)).keySet())
        .filteredOn(name -> name.startsWith("xfolds_run_score"))
        .containsExactlyInAnyOrder(
            "xfolds_run_score{vqa@1,exact,accuracy,model}",
            "xfolds_run_score_ci_low{vqa@1,exact,accuracy,model}",
            "xfolds_run_score_ci_high{vqa@1,exact,accuracy,model}",
            "xfolds_run_score_questions{vqa@1,exact,accuracy,model}");
  }

  private static EvaluationStatus remembered(
      String digest, Long step, String value, BaselineStatus best) {
    return new EvaluationStatus(
        "vqa@1", "exact", digest, step, "accuracy", value, "0.5", "0.95", 90, best);
  }

  private static double waiting(List<AttemptStatus> attempts, List<Condition> conditions) {
    TrainingRunStatus status =
        new TrainingRunStatus(
            1L, "clip", "Pending", conditions, attempts, 1, 0, 1, null, List.of(), List.of(), null);
    return values(RunNumbers.of("team", "run", "uid", CREATED, status))
        .get("xfolds_run_waiting_seconds");
  }

  private static AttemptStatus attempt(Instant endedAt) {
    return new AttemptStatus(1, CREATED.toString(), endedAt.toString(), null, 10, "Retry", null);
  }

  private static Condition condition(String type, String status, Instant since) {
    return new Condition(type, status, "Planned", "", 1L, since.toString());
  }

  private static Optional<RunNumbers.Heard> heard(RunProgress progress, boolean answers) {
    return Optional.of(new RunNumbers.Heard(progress, NOW.minusSeconds(5), answers));
  }

  private static Report report(long step, long finished, double value) {
    return Report.newBuilder()
        .setTask("vqa@1")
        .setStep(step)
        .setFinished(Timestamp.newBuilder().setSeconds(finished))
        .addScores(score("overall", "model", value))
        .addScores(score("overall", "majority", 0.3))
        .addScores(score("answer_type=OPEN", "model", 0.1))
        .build();
  }

  private static Score score(String group, String subject, double value) {
    return Score.newBuilder()
        .setProtocol("exact")
        .setMetric("accuracy")
        .setGroup(group)
        .setSubject(subject)
        .setN(90)
        .setValue(value)
        .setCiLow(value - 0.1)
        .setCiHigh(0.7)
        .build();
  }

  private static RunNumbers numbers(
      String state, Optional<RunNumbers.Heard> heard, List<Report> reports) {
    TrainingRunStatus status =
        new TrainingRunStatus(
            1L,
            "clip",
            state,
            List.of(condition("Accepted", "True", CREATED)),
            List.of(),
            2,
            1,
            2,
            null,
            List.of(),
            List.of(),
            null);
    RunPlan.Builder plan = RunPlan.newBuilder();
    plan.getParallelismBuilder().setWorkers(1);
    plan.getCostBuilder().getHardwareBuilder().setPeakFlops(1e11);
    return new RunNumbers(
        "team",
        "run",
        "uid",
        CREATED,
        status,
        Optional.of(plan.build()),
        heard,
        Optional.of(false),
        reports);
  }

  private static Map<String, Double> values(Optional<RunNumbers.Heard> heard, String state) {
    return values(numbers(state, heard, List.of()));
  }

  /** By name, with the labels behind namespace and run. */
  private static Map<String, Double> values(RunNumbers numbers) {
    Map<String, Double> values = new TreeMap<>();
    for (Sample sample : RunSamples.of(numbers, NOW)) {
      assertThat(sample.labels()).startsWith("team", "run");
      List<String> more = sample.labels().subList(2, sample.labels().size());
      String labels = more.isEmpty() ? "" : "{" + String.join(",", more) + "}";
      assertThat(values.put(sample.metric().metric() + labels, sample.value())).isNull();
    }
    return values;
  }
}
