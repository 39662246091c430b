package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.RunView.JobView;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.reconcile.Decision.JobAction;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DeciderTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunPlan PLAN = Plans.phantom("a");
  private static final Optional<Situation.Stop> SUSPENDED =
      Optional.of(new Situation.Stop("Suspended", "asked", false));

  private RunView view = new RunView(Optional.empty(), List.of(), Optional.of(pod(true)));
  private List<Attempt> attempts = List.of();
  private int restarts;
  private int lastJob;
  private Optional<Situation.Stop> stop = Optional.empty();
  private Optional<List<Report>> reports = Optional.empty();
  private Optional<Instant> evaluatorSilentSince = Optional.empty();
  private Optional<Instant> reportsWantedSince = Optional.empty();
  private Instant now = T0;

  private static Pod pod(boolean ready) {
    return new PodBuilder()
        .withNewMetadata()
        .withCreationTimestamp(T0.toString())
        .endMetadata()
        .withNewStatus()
        .withPhase("Running")
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .endStatus()
        .build();
  }

  private Decision decide() {
    return Decider.decide(
        new Situation(
            PLAN,
            now,
            view,
            attempts,
            restarts,
            lastJob,
            stop,
            new RestartPolicy(2, Duration.ofSeconds(10), Duration.ofSeconds(60)),
            reports,
            evaluatorSilentSince,
            reportsWantedSince,
            Optional.empty(),
            Optional.empty()));
  }

  private void job(int number, boolean suspended, boolean ended, boolean livePod) {
    lastJob = number;
    view =
        new RunView(
            Optional.of(new JobView(number, suspended, ended)),
            livePod ? List.of(pod(true)) : List.of(),
            view.evaluator());
  }

  private static Attempt attempt(int number, int code, String reason) {
    return Attempt.started(number, T0).ended(T0, OptionalInt.of(code), reason, "why it failed");
  }

  @Test
  void firstJobIsMadeWhenTheEvaluatorIsReady() {
    assertThat(decide().job()).contains(new JobAction.Create(1, 1));
    view = new RunView(Optional.empty(), List.of(), Optional.of(pod(false)));
    assertThat(decide().job()).isEmpty();
    assertThat(decide().evaluator()).isTrue();
    view = new RunView(Optional.empty(), List.of(), Optional.empty());
    assertThat(decide().job()).isEmpty();
    assertThat(decide().evaluator()).isTrue();
  }

  @Test
  void runningJobIsLeftAlone() {
    job(1, false, false, true);
    assertThat(decide().job()).isEmpty();
    assertThat(decide().verdict()).isEqualTo(new Verdict.Undecided());
  }

  @Test
  void failureMakesAnotherJobAfterItsBackoff() {
    job(1, false, true, false);
    attempts = List.of(attempt(1, 10, "Retry"));
    now = T0.plusSeconds(4);
    assertThat(decide().verdict())
        .isInstanceOfSatisfying(
            Verdict.BackingOff.class,
            wait ->
                assertThat(wait.message())
                    .isEqualTo(
                        "trainer ended with exit code 10 (Retry), restart 1 of 2 after 10 s:"
                            + " why it failed"));
    assertThat(decide().again()).contains(Duration.ofSeconds(6));
    now = T0.plusSeconds(10);
    assertThat(decide().job()).contains(new JobAction.Create(2, 2));
  }

  @Test
  void restartsOfTheWholeLifeCountNotThoseThatStatusLists() {
    job(9, false, true, false);
    attempts = List.of(attempt(30, 10, "Retry"));
    restarts = 2;
    assertThat(decide().verdict())
        .isInstanceOfSatisfying(
            Verdict.Failed.class, f -> assertThat(f.reason()).isEqualTo("TooManyRestarts"));
    assertThat(decide().evaluator()).isFalse();
  }

  @Test
  void usersMistakeIsNeverRetried() {
    job(1, false, true, false);
    attempts = List.of(attempt(1, 2, "Invalid"));
    assertThat(decide().verdict())
        .isEqualTo(
            new Verdict.Failed(
                "Invalid",
                "the trainer failed: plan or data is wrong (exit code 2, never retried): why it"
                    + " failed",
                true));
  }

  @Test
  void outOfMemorySaysWhatThePlanHadEstimated() {
    job(1, false, true, false);
    attempts = List.of(attempt(1, 11, "OutOfMemory"));
    assertThat(decide().verdict())
        .isInstanceOfSatisfying(
            Verdict.BackingOff.class,
            wait ->
                assertThat(wait.message())
                    .startsWith("trainer ended with exit code 11 (OutOfMemory), restart 1 of 2")
                    .contains("the plan estimates 0.0 MiB per rank", "lower training.batchSize"));
  }

  @Test
  void drainedRunGoesOnAtOnceAndCountsNothing() {
    job(1, false, true, false);
    attempts = List.of(attempt(1, 143, "Disrupted"));
    assertThat(decide().job()).contains(new JobAction.Create(2, 2));
  }

  @Test
  void podThatIsTakenAwayAtOnceAgainAndAgainIsNotMadeEachTimeAtOnce() {
    job(2, false, true, false);
    attempts = List.of(attempt(1, 143, "Disrupted"), attempt(2, 143, "Disrupted"));
    now = T0.plusSeconds(9);
    assertThat(decide().job()).isEmpty();
    assertThat(decide().verdict())
        .isEqualTo(
            new Verdict.Waiting(
                "Disrupted",
                "attempt 2 was taken away within a minute: why it failed; the next one is at"
                    + " 2026-01-01T00:00:10Z"));
    now = T0.plusSeconds(10);
    assertThat(decide().job()).contains(new JobAction.Create(3, 3));
  }

  @Test
  void podThatNeverRanHasNoExitCodeAndIsWaitedForAllTheSame() {
    job(2, false, true, false);
    attempts =
        Stream.of(1, 2)
            .map(
                n -> Attempt.started(n, T0).ended(T0, OptionalInt.empty(), "Disrupted", "sick GPU"))
            .toList();
    now = T0.plusSeconds(9);
    assertThat(decide().verdict())
        .isEqualTo(
            new Verdict.Waiting(
                "Disrupted",
                "attempt 2 was taken away within a minute: sick GPU; the next one is at"
                    + " 2026-01-01T00:00:10Z"));
  }

  @Test
  void suspensionTakesThePodsThenTheEvaluatorThenResumesTheSameJob() {
    stop = SUSPENDED;
    job(1, false, false, true);
    assertThat(decide().job()).contains(new JobAction.Suspend(1));
    assertThat(decide().verdict()).isEqualTo(new Verdict.Stopping("Suspended", "asked"));
    assertThat(decide().evaluator()).isTrue();
    job(1, true, false, true);
    assertThat(decide().job()).isEmpty();
    assertThat(decide().verdict()).isEqualTo(new Verdict.Stopping("Suspended", "asked"));
    assertThat(decide().evaluator()).isTrue();
    job(1, true, false, false);
    attempts = List.of(attempt(1, 12, "Stopped"));
    assertThat(decide().verdict()).isEqualTo(new Verdict.Stopped("Suspended", "asked"));
    assertThat(decide().evaluator()).isFalse();
    stop = Optional.empty();
    assertThat(decide().job()).contains(new JobAction.Resume(1, 2));
  }

  @Test
  void spentBudgetEndsTheRunOnlyAfterItsPodsAreGone() {
    stop = Optional.of(new Situation.Stop("BudgetExceeded", "spent", true));
    job(1, true, false, true);
    assertThat(decide().verdict()).isEqualTo(new Verdict.Stopping("BudgetExceeded", "spent"));
    job(1, true, false, false);
    assertThat(decide().verdict()).isEqualTo(new Verdict.Failed("BudgetExceeded", "spent", false));
  }

  @Test
  void doneIsCompleteWhenEveryReportIsThereEvenIfAskedToStop() {
    stop = SUSPENDED;
    job(1, false, true, false);
    attempts = List.of(attempt(1, 0, "Done"));
    assertThat(decide().verdict()).isEqualTo(new Verdict.Undecided());
    assertThat(decide().evaluator()).isTrue();
    reports = Optional.of(List.of(Report.newBuilder().setTask("phantom-retrieval@1").build()));
    assertThat(decide().verdict()).isEqualTo(new Verdict.Succeeded());
    reports = Optional.of(List.of());
    assertThat(decide().verdict())
        .isInstanceOfSatisfying(
            Verdict.Failed.class, f -> assertThat(f.reason()).isEqualTo("ReportMissing"));
  }

  @Test
  void trainedRunWhoseReportsDoNotComeFailsAtItsDeadline() {
    stop = Optional.of(new Situation.Stop("DeadlineExceeded", "60 s are over", true));
    job(1, false, true, false);
    attempts = List.of(attempt(1, 0, "Done"));
    view = new RunView(view.job(), List.of(), Optional.of(pod(false)));
    now = T0.plus(Duration.ofDays(1)); // no operator was there
    reportsWantedSince = Optional.of(now);
    now = now.plusSeconds(600);
    assertThat(decide().verdict()).as("it has ten minutes").isEqualTo(new Verdict.Undecided());
    now = now.plusSeconds(1);
    assertThat(decide().verdict())
        .isEqualTo(
            new Verdict.Failed(
                "DeadlineExceeded",
                "60 s are over; training is done, the evaluator's reports have not come",
                false));
    assertThat(decide().evaluator()).isFalse();
    reports = Optional.of(List.of(Report.newBuilder().setTask("phantom-retrieval@1").build()));
    assertThat(decide().verdict()).isEqualTo(new Verdict.Succeeded());
  }

  @Test
  void evaluatorFailsTheRunOnlyWhenItIsReadyAndSilentForTenMinutes() {
    job(1, false, true, false);
    attempts = List.of(attempt(1, 0, "Done"));
    now = T0.plus(Duration.ofDays(1)); // no operator was there, or no node for the evaluator
    assertThat(decide().verdict()).isEqualTo(new Verdict.Undecided());
    evaluatorSilentSince = Optional.of(now.minusSeconds(600));
    assertThat(decide().verdict()).isEqualTo(new Verdict.Undecided());
    evaluatorSilentSince = Optional.of(now.minusSeconds(601));
    assertThat(decide().verdict())
        .isInstanceOfSatisfying(
            Verdict.Failed.class, f -> assertThat(f.reason()).isEqualTo("EvaluatorSilent"));
  }

  @Test
  void jobOfAFailedRunIsStoppedAndThatOfACompleteOneEndsByItself() {
    TrainingRunStatus failed = status("Failed");
    TrainingRunStatus complete = status("Complete");
    JobView running = new JobView(2, false, false);
    QueueView.Workload workload =
        new QueueView.Workload("job-a", true, false, true, "Reserved", "", Optional.empty());
    Optional<QueueView> queue = Optional.of(new QueueView("gpus", true, Optional.of(workload)));
    assertThat(Decider.afterEnd(failed, running, Optional.empty()))
        .contains(new JobAction.Suspend(2));
    assertThat(Decider.afterEnd(failed, running, queue)).contains(new JobAction.Hold("job-a"));
    assertThat(Decider.afterEnd(failed, new JobView(2, true, false), Optional.empty())).isEmpty();
    assertThat(Decider.afterEnd(failed, new JobView(2, false, true), Optional.empty())).isEmpty();
    assertThat(Decider.afterEnd(complete, running, Optional.empty())).isEmpty();
    assertThat(Decider.afterEnd(complete, running, queue)).isEmpty();
  }

  private static TrainingRunStatus status(String end) {
    return new TrainingRunStatus(
        1L,
        "clip",
        end,
        List.of(new Condition(end, "True", "Over", "it is over", 1L, T0.toString())),
        List.of(),
        1,
        0,
        2,
        null,
        List.of(),
        List.of(),
        null);
  }

  @Test
  void gangThatGaveUpGivesItsNodesBackAndResumesTheSameJobAfterAPause() {
    attempts =
        List.of(
            Attempt.started(1, T0)
                .ended(T0, OptionalInt.empty(), Gang.TIMEOUT, "0 of 1 pods had a node"));
    job(1, false, false, true);
    assertThat(decide().job()).contains(new JobAction.Suspend(1));
    job(1, true, false, true);
    assertThat(decide().job()).isEmpty();
    job(1, true, false, false);
    now = T0.plusSeconds(59);
    assertThat(decide().verdict())
        .isEqualTo(
            new Verdict.Waiting(
                "GangTimeout",
                "0 of 1 pods had a node; its hardware is given back, the next attempt is at"
                    + " 2026-01-01T00:01:00Z"));
    assertThat(decide().job()).isEmpty();
    assertThat(decide().evaluator()).isFalse();
    assertThat(decide().again()).contains(Duration.ofSeconds(1));
    now = T0.plusSeconds(60);
    assertThat(decide().job()).contains(new JobAction.Resume(1, 2));
    job(1, false, false, false);
    assertThat(decide().job()).as("its new pods are not there yet").isEmpty();
  }

  private static Pod trainer(int attempt, int rank) {
    return pod(true)
        .edit()
        .editMetadata()
        .withLabels(
            Map.of(
                RunNames.COMPONENT_LABEL,
                RunNames.TRAINER,
                "batch.kubernetes.io/job-completion-index",
                Integer.toString(rank)))
        .withAnnotations(Map.of(RunNames.ATTEMPT_ANNOTATION, Integer.toString(attempt)))
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .build();
  }

  /** Its Job makes another pod with the number of the same attempt, beside those that go on. */
  @Test
  void podsThatOutliveTheirAttemptAllGoAndTheSameJobGoesOn() {
    attempts = List.of(Attempt.started(1, T0).ended(T0, OptionalInt.empty(), "Disrupted", ""));
    view =
        new RunView(
            Optional.of(new JobView(1, false, false)),
            List.of(trainer(1, 0), trainer(1, 1)),
            view.evaluator());
    now = T0.plusSeconds(20);
    assertThat(decide().job()).as("Kubernetes may be about to end the Job").isEmpty();
    now = T0.plusSeconds(21);
    assertThat(decide().job()).contains(new JobAction.Suspend(1));
    view =
        new RunView(
            Optional.of(new JobView(1, true, false)), List.of(trainer(1, 1)), view.evaluator());
    assertThat(decide().job()).as("one still writes").isEmpty();
    view = new RunView(Optional.of(new JobView(1, true, false)), List.of(), view.evaluator());
    assertThat(decide().job()).contains(new JobAction.Resume(1, 2));
    view =
        new RunView(
            Optional.of(new JobView(1, false, false)), List.of(trainer(2, 0)), view.evaluator());
    assertThat(decide().job()).as("the next attempt's").isEmpty();
  }

  /** The kubelet tells that a container ended before it tells that its pod did. */
  @Test
  void podThatHasJustEndedIsNoneThatGoesOnHoweverFarAheadTheClockIs() {
    attempts = List.of(Attempt.started(1, T0).ended(T0, OptionalInt.of(137), "Killed", ""));
    Pod ended =
        trainer(1, 0)
            .edit()
            .withNewStatus()
            .withPhase("Running")
            .addNewContainerStatus()
            .withNewState()
            .withNewTerminated()
            .withExitCode(137)
            .withFinishedAt(T0.toString())
            .endTerminated()
            .endState()
            .endContainerStatus()
            .endStatus()
            .build();
    view = new RunView(Optional.of(new JobView(1, false, false)), List.of(ended), view.evaluator());
    now = T0.plusSeconds(300);
    assertThat(decide().job()).as("Kubernetes is about to end the Job").isEmpty();
  }

  @Test
  void attemptThatNoStatusEverSawKeepsItsNumber() {
    attempts = List.of(attempt(1, 10, "Retry"));
    now = T0.plusSeconds(10);
    view =
        new RunView(Optional.of(new JobView(2, false, true, 2)), List.of(), Optional.of(pod(true)));
    lastJob = 2;
    assertThat(decide().job()).contains(new JobAction.Create(3, 3));
    view =
        new RunView(Optional.of(new JobView(2, true, false, 2)), List.of(), Optional.of(pod(true)));
    assertThat(decide().job()).contains(new JobAction.Resume(2, 3));
  }

  @Test
  void deletedJobIsMadeAgainWithANumberOfItsOwn() {
    lastJob = 3;
    attempts = List.of(attempt(4, 137, "Disrupted"));
    assertThat(decide().job()).contains(new JobAction.Create(4, 5));
  }
}
