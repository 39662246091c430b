package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.status.Statuses.Unplanned;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class InitFromCycleTest {
  private final Map<String, TrainingRun> runs = new HashMap<>();

  private TrainingRun run(String name, String source) {
    TrainingRun run =
        Serialization.unmarshal(
            """
            apiVersion: xfolds.dev/v1alpha1
            kind: TrainingRun
            metadata: {name: %s, namespace: demo, uid: %s}
            spec:
              model:
                clip: {preset: tiny-rn}
              data:
                - name: captions
                  format: phantom-captions
                  phantom: {images: 600, seed: 3}
              training:
                steps: 240
                batchSize: 32
                optimizer:
                  adamw: {learningRate: "0.001"}
              initFrom: {run: %s}
              evaluation:
                - task: phantom-retrieval@1
            """
                .formatted(name, name, source),
            TrainingRun.class);
    runs.put(name, run);
    return run;
  }

  private Optional<TrainingRun> other(String name) {
    return Optional.ofNullable(runs.get(name));
  }

  private static void status(TrainingRun run, int jobs, String type, String is, String reason) {
    run.setStatus(
        new TrainingRunStatus(
            1L,
            "clip",
            "Any",
            List.of(new Condition(type, is, reason, "m", 1L, "2026-01-01T00:00:00Z")),
            List.of(),
            0,
            0,
            jobs,
            null,
            List.of(),
            List.of(),
            null));
  }

  private Optional<Unplanned> failure(TrainingRun run) {
    return Admission.of(run, this::other) instanceof Admission.Outcome.NoPlan(Unplanned why)
            && why.wrong()
        ? Optional.of(why)
        : Optional.empty();
  }

  @Test
  void runsThatWaitForEachOtherFailAndNameTheCycle() {
    TrainingRun a = run("a", "b");
    assertThat(failure(a)).as("b is not there yet").isEmpty();
    status(a, 0, "Progressing", "False", "WaitingForRun");
    TrainingRun b = run("b", "a");
    assertThat(failure(b))
        .contains(
            new Unplanned(
                "InitFromCycle",
                "spec.initFrom.run: each of these runs waits for the next one: b -> a -> b; to do:"
                    + " delete them, and apply them again with another initFrom in one of them",
                true));
    status(b, 0, "Failed", "True", "InitFromCycle");
    assertThat(failure(a))
        .map(Unplanned::message)
        .hasValueSatisfying(message -> assertThat(message).contains("a -> b -> a"));
  }

  @Test
  void runThatTakesItsOwnWeightsIsACycle() {
    assertThat(InitFromCycle.of(run("a", "a"), this::other)).contains("a -> a");
  }

  @Test
  void runBesideACycleIsNoneOfIt() {
    run("a", "b");
    run("b", "a");
    assertThat(InitFromCycle.of(run("c", "a"), this::other)).isEmpty();
  }

  @Test
  void runThatBeganOrEndedWaitsForNobody() {
    TrainingRun b = run("b", "a");
    TrainingRun a = run("a", "b");
    status(b, 0, "Complete", "True", "Done");
    assertThat(InitFromCycle.of(a, this::other)).isEmpty();
    status(b, 1, "Progressing", "True", "Training");
    assertThat(InitFromCycle.of(a, this::other)).isEmpty();
    status(b, 1, "Progressing", "False", "Stopped");
    assertThat(InitFromCycle.of(a, this::other)).isEmpty();
    status(b, 0, "Failed", "True", "Invalid");
    assertThat(InitFromCycle.of(a, this::other)).as("a fails by its source").isEmpty();
  }
}
