package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.EvaluationStatus;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.Attempts.TrainerPod;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.status.Statuses;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator before this one stored: this one goes on from there. */
final class StoredObjectsTest {
  private static final Instant NOW = Instant.parse("2026-11-25T10:03:30Z");
  private static final RunView VIEW =
      new RunView(Optional.of(new RunView.JobView(2, false, false)), List.of(), Optional.empty());

  private static TrainingRun stored() throws IOException {
    try (InputStream in = StoredObjectsTest.class.getResourceAsStream("stored-2026-11.yaml")) {
      return Serialization.unmarshal(in, TrainingRun.class);
    }
  }

  @Test
  void specIsStillAccepted() throws IOException {
    assertThat(Admission.of(stored(), _ -> Optional.empty()))
        .isInstanceOf(Admission.Outcome.Planned.class);
  }

  @Test
  void attemptInFlightIsGoneOnWithAndTheAccountStaysTrue() throws IOException {
    TrainingRun run = stored();
    List<Attempt> known = StatusMemory.attempts(run.getStatus());
    Instant began = known.getLast().startedAt();
    TrainerPod pod = new TrainerPod(3, 0, began, "lab-node", Optional.empty());
    List<Attempt> attempts = Attempts.update(known, List.of(pod), NOW, true);
    assertThat(attempts).isEqualTo(known);
    assertThat(StatusMemory.counts(run, known, attempts, VIEW))
        .isEqualTo(new Observation.Counts(3, 3, 1, 2));
  }

  @Test
  void statusKeepsWhatItKnewBeforeAnythingIsHeard() throws IOException {
    TrainingRun run = stored();
    Admission.Outcome.Planned planned =
        (Admission.Outcome.Planned) Admission.of(run, _ -> Optional.empty());
    List<Attempt> known = StatusMemory.attempts(run.getStatus());
    TrainingRunStatus now =
        Statuses.of(
            new Observation(
                planned.plan(),
                NOW,
                known,
                StatusMemory.counts(run, known, known, VIEW),
                Ranks.of(PodState.READY),
                PodState.READY,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                new Verdict.Undecided(),
                Optional.empty()),
            Optional.of(run.getStatus()));
    assertThat(now.attempts()).isEqualTo(run.getStatus().attempts());
    assertThat(now.compute()).isEqualTo(run.getStatus().compute());
    assertThat(now.progress().step()).isEqualTo(88);
    assertThat(condition(now, "Checkpointed"))
        .isEqualTo(condition(run.getStatus(), "Checkpointed"));
  }

  @Test
  void scoreOfAnOperatorThatKnewNeitherStepNorBaselineIsRead() {
    TrainingRun run =
        Serialization.unmarshal(
            """
            apiVersion: xfolds.dev/v1alpha1
            kind: TrainingRun
            status:
              evaluations:
                - {task: phantom-retrieval@1, protocol: exact, checkpointDigest: ab, metric: recall@1, value: "0.8", ciLow: "0.7", ciHigh: "0.9", n: 200}
            """,
            TrainingRun.class);
    assertThat(run.getStatus().evaluations())
        .containsExactly(
            new EvaluationStatus(
                "phantom-retrieval@1",
                "exact",
                "ab",
                null,
                "recall@1",
                "0.8",
                "0.7",
                "0.9",
                200,
                null));
  }

  @Test
  void planNamesTheSameObjects() throws IOException {
    TrainingRun run = stored();
    RunNames names = new RunNames("demo", "small", run.getMetadata().getUid());
    assertThat(names.trainerJob(2)).isEqualTo("small-trainer-2");
    assertThat(names.formerPlanConfigMap()).isEqualTo("small-plan");
    assertThat(names.tlsSecret(RunNames.TRAINER)).isEqualTo("small-trainer-tls");
    assertThat(names.evaluatorPod()).isEqualTo("small-evaluator");
  }

  private static Condition condition(TrainingRunStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
