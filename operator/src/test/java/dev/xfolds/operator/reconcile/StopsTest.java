package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.api.BudgetSpec;
import dev.xfolds.operator.api.ComputeStatus;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.status.Statuses;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StopsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final double PF_DAY = 1e15 * 86_400;
  private static final Statuses.Unplanned WAITS =
      new Statuses.Unplanned("WaitingForRun", "waits until there is a run a", false);

  private static TrainingRun run(BudgetSpec budget) {
    TrainingRun run = new TrainingRun();
    run.setMetadata(new ObjectMetaBuilder().withCreationTimestamp(T0.toString()).build());
    run.setSpec(
        new TrainingRunSpec(
            null, null, null, null, null, null, null, null, null, null, null, null, budget, null));
    return run;
  }

  @Test
  void runWhoseSourceNeverComesFailsAtItsDeadline() {
    TrainingRun run = run(new BudgetSpec(null, 60L));
    assertThat(Stops.late(run, WAITS, T0.plusSeconds(59))).isEqualTo(WAITS);
    assertThat(Stops.untilDeadline(run, T0.plusSeconds(59))).contains(Duration.ofSeconds(1));

    Statuses.Unplanned late = Stops.late(run, WAITS, T0.plusSeconds(60));
    assertThat(late.reason()).isEqualTo("DeadlineExceeded");
    assertThat(late.wrong()).as("it never starts any more").isTrue();
    assertThat(late.message())
        .isEqualTo(
            "spec.budget.deadlineSeconds: 60 s since its creation are over; waits until there is a run a");
    assertThat(Stops.untilDeadline(run, T0.plusSeconds(60))).isEmpty();
  }

  @Test
  void workLostToCrashesIsPartOfTheBudget() {
    TrainingRun run = run(new BudgetSpec("0.00011", null));
    RunProgress.Builder heard =
        RunProgress.newBuilder().setStep(250).setTotalSteps(300).setCountedFlops(0.0001 * PF_DAY);
    assertThat(stop(run, heard)).isEmpty();
    heard.setLostFlops(0.000009 * PF_DAY);
    assertThat(stop(run, heard)).as("less than is allowed").isEmpty();
    heard.setLostFlops(0.00002 * PF_DAY);
    assertThat(stop(run, heard))
        .contains(
            new Situation.Stop(
                "BudgetExceeded",
                "spec.budget.maxPfDays: 0.0001200 counted petaflop-days are spent, steps lost to crashes included; 0.00011 were allowed",
                true));
    assertThat(stop(run, heard.setStep(299))).isPresent();
    assertThat(stop(run, heard.setStep(300))).as("only evaluation is left").isEmpty();
  }

  @Test
  void operatorThatHasHeardNothingYetKnowsWhatStatusSays() {
    TrainingRun run = run(new BudgetSpec("0.00011", null));
    run.setStatus(spent("0.0001", "0.00002"));
    assertThat(stop(run, RunProgress.newBuilder())).isPresent();
    run.setStatus(spent("0.0001", null)); // of an operator before this field
    assertThat(stop(run, RunProgress.newBuilder())).isEmpty();
    run.setStatus(spent("0.0001100", "0.00000002")); // 0.00010998 and 0.00000002, rounded
    assertThat(stop(run, RunProgress.newBuilder())).isEmpty();
  }

  private static boolean asked(boolean suspended) {
    RunView view =
        new RunView(
            Optional.of(new RunView.JobView(1, suspended, false, 1)), List.of(), Optional.empty());
    return Stops.asked(Optional.empty(), view, Optional.empty());
  }

  private static boolean askedOfAQueue(boolean held) {
    RunView view =
        new RunView(
            Optional.of(new RunView.JobView(1, true, false, 1)), List.of(), Optional.empty());
    return Stops.asked(
        Optional.empty(),
        view,
        Optional.of(
            new QueueView(
                "gpus",
                true,
                Optional.of(
                    new QueueView.Workload(
                        "w", !held, held, false, "Pending", "", Optional.empty())))));
  }

  /** The evaluator failed for good, say, or suspend was set and taken back. */
  @Test
  void operatorsOwnSuspensionWasAskedForWhateverItsReason() {
    assertThat(asked(true)).isTrue();
    assertThat(asked(false)).isFalse();
    Situation.Stop stop = new Situation.Stop("Suspended", "asked", false);
    RunView nothing = new RunView(Optional.empty(), List.of(), Optional.empty());
    assertThat(Stops.asked(Optional.of(stop), nothing, Optional.empty())).isTrue();
  }

  @Test
  void queuesSuspensionWasAskedForIfTheOperatorHoldsTheWorkload() {
    assertThat(askedOfAQueue(true)).isTrue();
    assertThat(askedOfAQueue(false)).as("preempted").isFalse();
  }

  private static TrainingRunStatus spent(String counted, String lost) {
    return new TrainingRunStatus(
        1L,
        "clip",
        "Pending",
        List.of(),
        List.of(),
        1,
        0,
        1,
        null,
        List.of(),
        List.of(),
        new ComputeStatus("120", "0.2", counted, lost, null, null, "1 x CPU"));
  }

  private static Optional<Situation.Stop> stop(TrainingRun run, RunProgress.Builder heard) {
    return Stops.of(run, Plans.phantom("run"), Optional.of(heard.build()), T0);
  }

  @Test
  void runWithoutADeadlineWaits() {
    assertThat(Stops.late(run(null), WAITS, Instant.MAX)).isEqualTo(WAITS);
  }
}
