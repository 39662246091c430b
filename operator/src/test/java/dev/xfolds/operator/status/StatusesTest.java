package dev.xfolds.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.api.ComputeStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.MetricStatus;
import dev.xfolds.operator.api.ProgressStatus;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.observe.Wait;
import dev.xfolds.operator.observe.WaitCause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class StatusesTest {
  private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
  private static final RunPlan PLAN = plan();
  private static final RunProgress TRAINING =
      RunProgress.newBuilder()
          .setPhase(Phase.TRAINING)
          .setStep(250)
          .setTotalSteps(500)
          .setSamplesPerSecond(1234.56)
          .setEtaSeconds(41.6)
          .setCheckpointStep(200)
          .setCheckpointDigest("abc")
          .setTrainingSeconds(86_400)
          .setCountedFlops(4.32e15)
          .setLostSeconds(43_200)
          .setLostFlops(2.16e15)
          .build();

  @Test
  void nothingStartedIsAcceptedAndPending() {
    TrainingRunStatus status =
        status(List.of(), PodState.ABSENT, PodState.STARTING, null, new Verdict.Undecided(), 0);
    assertThat(trueOnes(status)).containsExactly("Accepted");
    assertThat(status.state()).isEqualTo("Pending");
    assertThat(status.progress()).isNull();
    assertThat(status.conditions()).hasSize(8);
  }

  @Test
  void podsOfSeveralRanksAreCounted() {
    List<Attempt> attempts = List.of(Attempt.started(1, T0));
    TrainingRunStatus half = ranks(attempts, PodState.READY, PodState.STARTING, PodState.ABSENT);
    assertThat(condition(half, "PodsReady").status()).isEqualTo("False");
    assertThat(condition(half, "PodsReady").reason()).isEqualTo("TrainerNotReady");
    assertThat(condition(half, "PodsReady").message())
        .isEqualTo(
            "1 of 3 trainer pods are ready, that of worker 1 is starting, evaluator is ready");
    assertThat(condition(half, "Progressing").reason()).isEqualTo("Training");
    TrainingRunStatus all = ranks(attempts, PodState.READY, PodState.READY);
    assertThat(condition(all, "PodsReady").status()).isEqualTo("True");
  }

  private static TrainingRunStatus ranks(List<Attempt> attempts, PodState... states) {
    return Statuses.of(
        Observation.local(
            PLAN,
            T0,
            attempts,
            new Ranks(List.of(states)),
            PodState.READY,
            Optional.of(TRAINING),
            List.of(),
            new Verdict.Undecided()),
        Optional.empty());
  }

  @Test
  void runThatIsTrainedWaitsForItsReportsAndSaysWhoIsMissing() {
    Attempt done =
        new Attempt(
            1, T0, Optional.of(T0.plusSeconds(60)), OptionalInt.of(0), "Done", "node-1", "");
    TrainingRunStatus status =
        status(
            List.of(done), PodState.ENDED, PodState.ABSENT, TRAINING, new Verdict.Undecided(), 70);
    assertThat(status.state()).isEqualTo("Evaluating");
    Condition progressing =
        status.conditions().stream()
            .filter(condition -> condition.type().equals("Progressing"))
            .findFirst()
            .orElseThrow();
    assertThat(progressing.reason()).isEqualTo("WaitingForReports");
    assertThat(progressing.message())
        .isEqualTo("training is done; waits for the evaluator's reports, evaluator is not started");
  }

  @Test
  void whatNobodyCanBeAskedAboutNowIsRememberedWithoutItsRates() {
    TrainingRunStatus before = running(0);
    TrainingRunStatus now =
        Statuses.of(
            seen(
                List.of(Attempt.started(1, T0).ended(T0, 12, "Stopped")),
                PodState.ABSENT,
                PodState.ABSENT,
                null,
                new Verdict.Stopped("asked"),
                60),
            Optional.of(before));
    assertThat(now.progress().step()).isEqualTo(250);
    assertThat(now.progress().samplesPerSecond()).isNull();
    assertThat(now.progress().etaSeconds()).isNull();
    assertThat(now.compute()).isEqualTo(before.compute());
    assertThat(trueOnes(now)).containsExactly("Accepted", "Checkpointed", "Suspended");
  }

  @Test
  void operatorThatHasJustStartedSaysThatItHasNotHeardTheTrainer() {
    List<Attempt> attempts = List.of(Attempt.started(1, T0));
    Observation unheard =
        seen(attempts, PodState.READY, PodState.READY, null, new Verdict.Undecided(), 60);
    TrainingRunStatus once = Statuses.of(unheard, Optional.of(running(0)));
    TrainingRunStatus again = Statuses.of(unheard, Optional.of(once));
    for (TrainingRunStatus now : List.of(once, again)) {
      assertThat(condition(now, "Progressing").status()).isEqualTo("Unknown");
      assertThat(condition(now, "Progressing").reason()).isEqualTo("TrainerSilent");
      assertThat(condition(now, "Progressing").message())
          .isEqualTo("step 250 of 500, as status had it; this operator has not heard the trainer");
    }
    TrainingRunStatus never = Statuses.of(unheard, Optional.empty());
    assertThat(condition(never, "Progressing").reason()).isEqualTo("Starting");
  }

  /** Rank 0 answers before it has read its checkpoint. */
  @Test
  void attemptThatStillReadsItsDataTakesNothingBack() {
    TrainingRunStatus before = running(0);
    RunProgress reading =
        RunProgress.newBuilder().setPhase(Phase.CACHING).setCheckpointStep(-1).build();
    TrainingRunStatus now =
        Statuses.of(
            seen(
                List.of(Attempt.started(1, T0).ended(T0, 10, "Retry"), Attempt.started(2, T0)),
                PodState.READY,
                PodState.READY,
                reading,
                new Verdict.Undecided(),
                60),
            Optional.of(before));
    assertThat(now.progress().step()).isEqualTo(250);
    assertThat(now.compute()).isEqualTo(before.compute());
    assertThat(now.metrics()).isEqualTo(before.metrics());
    assertThat(trueOnes(now)).contains("Checkpointed", "Progressing");
    assertThat(now.conditions())
        .filteredOn(condition -> condition.type().equals("Progressing"))
        .extracting(Condition::message)
        .containsExactly("no step in this attempt yet");
  }

  @Test
  void trainingShowsProgressCheckpointAndCompute() {
    TrainingRunStatus status = running(0);
    assertThat(trueOnes(status))
        .containsExactly("Accepted", "Checkpointed", "PodsReady", "Progressing");
    assertThat(status.state()).isEqualTo("Running");
    assertThat(status.progress().step()).isEqualTo(250);
    assertThat(status.progress().etaSeconds()).isEqualTo(42);
    assertThat(status.progress().samplesPerSecond()).isEqualTo("1235");
    // A day and a half at 1e12 FLOP/s are 0.0015 PF-days; 4.32e15 FLOPs are 5e-5 of them.
    assertThat(status.compute().peakPfDays()).isEqualTo("0.0015");
    assertThat(status.compute().countedPfDays()).isEqualTo("0.00005");
    assertThat(status.compute().lostPfDays()).isEqualTo("0.000025");
    assertThat(status.compute().mfu()).isEqualTo("0.05");
    assertThat(status.compute().assumptions())
        .isEqualTo("1 x CPU, fp32, peak 1.00 TFLOP/s each, training steps");
  }

  @Test
  void nothingIsLongerThanStatusMayHold() {
    Attempt wordy =
        Attempt.started(1, T0).ended(T0, OptionalInt.empty(), "GangTimeout", "é🙂".repeat(2000));
    RunProgress odd =
        TRAINING.toBuilder().setGradientNorm(2e-22f).setLoss(1e25f).setLearningRate(1e-7f).build();
    TrainingRunStatus status =
        Statuses.of(
            Observation.local(
                PLAN,
                T0,
                List.of(wordy),
                Ranks.of(PodState.READY),
                PodState.READY,
                Optional.of(odd),
                List.of(),
                new Verdict.Undecided()),
            Optional.empty());
    String message = status.attempts().getFirst().message();
    assertThat(message.length()).isLessThanOrEqualTo(1024);
    assertThat(Character.isLowSurrogate(message.charAt(0))).isFalse();
    assertThat(status.metrics())
        .contains(new MetricStatus("gradient_norm", "0"), new MetricStatus("learning_rate", "1e-7"))
        .contains(new MetricStatus("loss", null));
  }

  @Test
  void cachedFeaturesGiveNoMfuAndTheStatusSaysWhy() {
    RunPlan.Builder plan = PLAN.toBuilder();
    plan.getTrainingBuilder().addFrozen(ModelPart.IMAGE_TOWER);
    Observation seen =
        Observation.local(
            plan.build(),
            T0,
            List.of(Attempt.started(1, T0)),
            Ranks.of(PodState.READY),
            PodState.READY,
            Optional.of(TRAINING),
            List.of(),
            new Verdict.Undecided());
    ComputeStatus compute = Statuses.of(seen, Optional.empty()).compute();
    assertThat(compute.countedPfDays()).isEqualTo("0.00005");
    assertThat(compute.mfu()).isNull();
    assertThat(compute.assumptions())
        .endsWith("each, training steps; no MFU: image features cached");
  }

  private static TrainingRunStatus heard(int secondsAgo) {
    Observation seen =
        new Observation(
            PLAN,
            T0.plusSeconds(secondsAgo),
            List.of(Attempt.started(1, T0)),
            Observation.Counts.of(List.of(Attempt.started(1, T0))),
            Ranks.of(PodState.NOT_READY),
            PodState.READY,
            Optional.empty(),
            Optional.of(TRAINING),
            Optional.of(T0),
            List.of(),
            new Verdict.Undecided(),
            Optional.empty());
    return Statuses.of(seen, Optional.empty());
  }

  @Test
  void trainerThatDoesNotAnswerShowsSinceWhenInsteadOfRates() {
    assertThat(heard(30).progress()).isEqualTo(new ProgressStatus(250L, 500L, "1235", 42L, null));
    assertThat(condition(heard(30), "Progressing").status()).isEqualTo("True");
    TrainingRunStatus silent = heard(31);
    assertThat(silent.progress())
        .isEqualTo(new ProgressStatus(250L, 500L, null, null, "2026-03-01T10:00:00Z"));
    assertThat(condition(silent, "Progressing").status()).isEqualTo("Unknown");
    assertThat(condition(silent, "Progressing").message())
        .isEqualTo(
            "step 250 of 500, as the trainer said at 2026-03-01T10:00:00Z; it does not answer"
                + " since");
  }

  private static Observation refused(Optional<RunProgress> heard) {
    return new Observation(
        PLAN,
        T0.plusSeconds(31),
        List.of(Attempt.started(1, T0)),
        Observation.Counts.of(List.of(Attempt.started(1, T0))),
        Ranks.of(PodState.READY),
        PodState.READY,
        Optional.of(Wait.refused(Wait.OPERATOR, "no right to get secrets")),
        heard,
        heard.map(_ -> T0),
        List.of(),
        new Verdict.Undecided(),
        Optional.empty());
  }

  /** Both pods are ready, so that PodsReady has nothing to say. */
  @Test
  void trainerThatTheOperatorMayNotAskIsNotSaidToTrain() {
    String told = "; operator: no right to get secrets; to do: " + WaitCause.REFUSED.advice();
    Condition heard =
        condition(
            Statuses.of(refused(Optional.of(TRAINING)), Optional.of(running(0))), "Progressing");
    assertThat(heard.status()).isEqualTo("Unknown");
    assertThat(heard.reason()).isEqualTo("Refused");
    assertThat(heard.message())
        .isEqualTo(
            "step 250 of 500, as the trainer said at 2026-03-01T10:00:00Z; it does not answer since"
                + told);
    TrainingRunStatus restarted = Statuses.of(refused(Optional.empty()), Optional.of(running(0)));
    assertThat(condition(restarted, "Progressing").reason()).isEqualTo("Refused");
    assertThat(condition(restarted, "Progressing").message())
        .isEqualTo("this operator has not heard the trainer" + told);
    assertThat(restarted.progress().samplesPerSecond()).isNull();
    Observation mended =
        seen(
            List.of(Attempt.started(1, T0)),
            PodState.READY,
            PodState.READY,
            null,
            new Verdict.Undecided(),
            60);
    assertThat(condition(Statuses.of(mended, Optional.of(restarted)), "Progressing").message())
        .doesNotContain("secrets");
  }

  @Test
  void whyPodsDoNotRunIsToldWithWhatToDo() {
    Observation seen =
        new Observation(
            PLAN,
            T0,
            List.of(),
            Observation.Counts.of(List.of()),
            Ranks.of(PodState.STARTING),
            PodState.READY,
            Optional.of(new Wait(WaitCause.CLAIM_MISSING, "trainer", "claim \"x\" not found")),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            new Verdict.Undecided(),
            Optional.empty());
    TrainingRunStatus status = Statuses.of(seen, Optional.empty());
    String told = "trainer: claim \"x\" not found; to do: " + WaitCause.CLAIM_MISSING.advice();
    assertThat(condition(status, "PodsReady").reason()).isEqualTo("ClaimMissing");
    assertThat(condition(status, "PodsReady").message())
        .isEqualTo("trainer is starting, evaluator is ready; " + told);
    assertThat(condition(status, "Progressing").message())
        .isEqualTo("no step in this attempt yet; " + told);
  }

  private static String accepted(
      Optional<List<String>> warnings, Optional<TrainingRunStatus> before) {
    Observation seen =
        seen(List.of(), PodState.ABSENT, PodState.ABSENT, null, new Verdict.Undecided(), 0);
    TrainingRunStatus status = Statuses.of(seen, warnings, before);
    assertThat(condition(status, "Accepted").reason()).isEqualTo("Planned");
    return condition(status, "Accepted").message();
  }

  /** An operator that goes on with the stored plan does not know what was said about it. */
  @Test
  void warningsOfThePlanAreToldAndStay() {
    Optional<List<String>> two = Optional.of(List.of("a is short", "b is long"));
    String told = "the plan has no problem; it warns: a is short; b is long";
    assertThat(accepted(two, Optional.empty())).isEqualTo(told);
    Observation seen =
        seen(List.of(), PodState.ABSENT, PodState.ABSENT, null, new Verdict.Undecided(), 0);
    Optional<TrainingRunStatus> warned = Optional.of(Statuses.of(seen, two, Optional.empty()));
    assertThat(accepted(Optional.empty(), warned)).isEqualTo(told);
    assertThat(accepted(Optional.of(List.of()), warned)).isEqualTo("the plan has no problem");
    assertThat(accepted(Optional.empty(), Optional.empty())).isEqualTo("the plan has no problem");
    assertThat(accepted(Optional.of(List.of("x".repeat(9000))), Optional.empty())).hasSize(4096);
  }

  @Test
  void timeOfAConditionIsThatOfItsLastChange() {
    TrainingRunStatus first = running(0);
    TrainingRunStatus later =
        Statuses.of(
            seen(
                List.of(Attempt.started(1, T0)),
                PodState.NOT_READY,
                PodState.READY,
                TRAINING,
                new Verdict.Undecided(),
                60),
            Optional.of(first));
    assertThat(condition(later, "Progressing").lastTransitionTime()).isEqualTo(T0.toString());
    assertThat(condition(later, "PodsReady").status()).isEqualTo("False");
    assertThat(condition(later, "PodsReady").lastTransitionTime())
        .isEqualTo(T0.plusSeconds(60).toString());
  }

  @Test
  void runThatWantsNoPodsSaysSo() {
    Map<Verdict, String> reasons =
        Map.of(
            new Verdict.Succeeded(), "Complete",
            new Verdict.Failed("OutOfMemory", "m", true), "OutOfMemory",
            new Verdict.Stopped("OutsideWindow", "m"), "OutsideWindow",
            new Verdict.Waiting("Queued", "m"), "Queued");
    reasons.forEach(
        (verdict, reason) -> {
          TrainingRunStatus status =
              status(List.of(), PodState.ENDED, PodState.READY, TRAINING, verdict, 0);
          assertThat(condition(status, "PodsReady").status()).isEqualTo("False");
          assertThat(condition(status, "PodsReady").reason()).isEqualTo(reason);
          assertThat(condition(status, "PodsReady").message()).contains("pods");
        });
  }

  @Test
  void terminalStatusNeverChangesAgain() {
    for (Verdict end : List.of(new Verdict.Succeeded(), new Verdict.Failed("Invalid", "m", true))) {
      TrainingRunStatus ended =
          status(List.of(Attempt.started(1, T0)), PodState.ENDED, PodState.READY, TRAINING, end, 0);
      assertThat(Statuses.isTerminal(ended)).isTrue();
      TrainingRunStatus after =
          Statuses.of(
              seen(List.of(), PodState.ABSENT, PodState.ABSENT, null, new Verdict.Undecided(), 99),
              Optional.of(ended));
      assertThat(after).isEqualTo(ended);
    }
  }

  @Test
  void stoppedRunIsSuspendedAndNotFailed() {
    TrainingRunStatus status =
        status(
            List.of(Attempt.started(1, T0).ended(T0.plusSeconds(5), 12, "Stopped")),
            PodState.ENDED,
            PodState.ENDED,
            TRAINING,
            new Verdict.Stopped("stopped on request"),
            0);
    assertThat(trueOnes(status)).containsExactly("Accepted", "Checkpointed", "Suspended");
    assertThat(status.attempts().getFirst().exitCode()).isEqualTo(12);
    assertThat(status.progress()).isEqualTo(new ProgressStatus(250L, 500L, null, null, null));
    assertThat(Statuses.isTerminal(status)).isFalse();
  }

  @Test
  void stopThatIsOnItsWaySaysWhyAndWhatItWaitsFor() {
    TrainingRunStatus status =
        status(
            List.of(Attempt.started(1, T0)),
            PodState.READY,
            PodState.READY,
            TRAINING,
            new Verdict.Stopping("Suspended", "spec.scheduling.suspend is true"),
            0);
    assertThat(status.state()).isEqualTo("Running");
    assertThat(condition(status, "Progressing").status()).isEqualTo("True");
    assertThat(condition(status, "Suspended").status()).isEqualTo("False");
    assertThat(condition(status, "Suspended").reason()).isEqualTo("Stopping");
    assertThat(condition(status, "Suspended").message())
        .isEqualTo(
            "stopping, because spec.scheduling.suspend is true; waits until the trainer's pods have"
                + " written a checkpoint and are gone");
    assertThat(condition(status, "Failed").status()).isEqualTo("False");
  }

  private static String whyNotSuspended(Verdict verdict, Attempt attempt) {
    return condition(
            status(List.of(attempt), PodState.ENDED, PodState.READY, TRAINING, verdict, 70),
            "Suspended")
        .message();
  }

  /** Then suspend may be set, and changes nothing. */
  @Test
  void nobodyIsSaidNotToHaveAskedForAStopThatComesTooLate() {
    Attempt running = Attempt.started(1, T0);
    Attempt done = running.ended(T0.plusSeconds(60), 0, "Done");
    assertThat(whyNotSuspended(new Verdict.Undecided(), running)).isEqualTo("nobody asked to stop");
    assertThat(whyNotSuspended(new Verdict.Undecided(), done))
        .isEqualTo("training is done: there is nothing to stop");
    assertThat(whyNotSuspended(new Verdict.Succeeded(), done)).isEqualTo("the run is over");
    assertThat(whyNotSuspended(new Verdict.Failed("Bug", "m", false), running))
        .isEqualTo("the run is over");
  }

  @Test
  void backOffIsToldWithItsMessage() {
    TrainingRunStatus status =
        status(
            List.of(Attempt.started(1, T0).ended(T0, 137, "Killed")),
            PodState.ENDED,
            PodState.READY,
            TRAINING,
            new Verdict.BackingOff(1, 5, "restart 1 of 5 in 2 s"),
            0);
    assertThat(condition(status, "Progressing").reason()).isEqualTo("BackingOff");
    assertThat(condition(status, "Progressing").message()).contains("restart 1 of 5");
  }

  @Test
  void attemptsAreTheLatestTwentyAndAllAreCounted() {
    List<Attempt> attempts = new ArrayList<>();
    for (int n = 1; n <= 30; n++) {
      attempts.add(Attempt.started(n, T0).ended(T0, 10, "Retry"));
    }
    TrainingRunStatus status =
        status(attempts, PodState.ENDED, PodState.READY, null, new Verdict.Undecided(), 0);
    assertThat(status.attempts()).hasSize(20);
    assertThat(status.attempts().getFirst().number()).isEqualTo(11);
    assertThat(status.attemptCount()).isEqualTo(30);
  }

  private static RunPlan plan() {
    RunPlan.Builder plan = Plans.phantom("a").toBuilder();
    plan.getTrainingBuilder().setPrecision(Precision.FP32);
    plan.getCostBuilder().getHardwareBuilder().setDevice("CPU").setPeakFlops(1e12);
    return plan.build();
  }

  private static TrainingRunStatus running(int second) {
    return status(
        List.of(Attempt.started(1, T0)),
        PodState.READY,
        PodState.READY,
        TRAINING,
        new Verdict.Undecided(),
        second);
  }

  private static TrainingRunStatus status(
      List<Attempt> attempts,
      PodState trainer,
      PodState evaluator,
      RunProgress progress,
      Verdict verdict,
      int second) {
    return Statuses.of(
        seen(attempts, trainer, evaluator, progress, verdict, second), Optional.empty());
  }

  private static Observation seen(
      List<Attempt> attempts,
      PodState trainer,
      PodState evaluator,
      RunProgress progress,
      Verdict verdict,
      int second) {
    return Observation.local(
        PLAN,
        T0.plusSeconds(second),
        attempts,
        Ranks.of(trainer),
        evaluator,
        Optional.ofNullable(progress),
        List.of(),
        verdict);
  }

  private static List<String> trueOnes(TrainingRunStatus status) {
    Map<String, String> byType =
        status.conditions().stream().collect(Collectors.toMap(Condition::type, Condition::status));
    return byType.entrySet().stream()
        .filter(entry -> entry.getValue().equals("True"))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private static Condition condition(TrainingRunStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
