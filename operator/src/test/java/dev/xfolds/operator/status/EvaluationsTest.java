package dev.xfolds.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.operator.api.BaselineStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.EvaluationStatus;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.observe.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EvaluationsTest {

  @Test
  void latestAndBestEvaluationOfATaskAreKeptWithTheirIntervals() {
    Observation seen =
        Observation.local(
            Plans.phantom("a"),
            Instant.parse("2026-03-01T10:00:00Z"),
            List.of(),
            Ranks.of(PodState.ENDED),
            PodState.READY,
            Optional.empty(),
            List.of(report(1, 0.9), report(2, 0.7), report(3, 0.8)),
            new Verdict.Succeeded());
    TrainingRunStatus status = Statuses.of(seen, Optional.empty());
    assertThat(status.evaluations())
        .extracting(EvaluationStatus::value)
        .containsExactly("0.8", "0.9");
    assertThat(status.evaluations().getFirst().ciLow()).isEqualTo("0.7");
    assertThat(status.evaluations().getFirst().n()).isEqualTo(200);
    assertThat(status.conditions())
        .filteredOn(condition -> condition.status().equals("True"))
        .extracting(Condition::type)
        .contains("Evaluated", "Complete");
  }

  @Test
  void scoreIsKeptWithItsStepAndTheBestBaselineOfItsProtocolAndMetric() {
    Report report =
        report(3, 0.8).toBuilder()
            .addScores(score("exact", "recall@1", "overall", "chance", 0.005))
            .addScores(score("exact", "recall@1", "overall", "majority", 0.3))
            .addScores(score("exact", "recall@1", "overall", "blank-images", 0.6))
            .addScores(score("exact", "recall@1", "answer_type=OPEN", "majority", 0.7))
            .addScores(score("exact", "recall@5", "overall", "majority", 0.7))
            .addScores(score("loose", "recall@1", "overall", "majority", 0.7))
            .build();
    EvaluationStatus kept = Evaluations.of(List.of(report)).getFirst();
    assertThat(kept.step()).isEqualTo(300);
    assertThat(kept.bestBaseline())
        .isEqualTo(new BaselineStatus("majority", "0.3", "0.2", "0.4", 200));
  }

  @Test
  void scoreWithoutBaselinesHasNone() {
    assertThat(Evaluations.of(List.of(report(1, 0.9))).getFirst().bestBaseline()).isNull();
  }

  private static Report report(long second, double value) {
    return Report.newBuilder()
        .setTask("phantom-retrieval@1")
        .setStep(100 * second)
        .setFinished(Timestamp.newBuilder().setSeconds(second))
        .addScores(score("exact", "recall@1", "overall", "model", value))
        .build();
  }

  private static Score score(
      String protocol, String metric, String group, String subject, double value) {
    return Score.newBuilder()
        .setProtocol(protocol)
        .setMetric(metric)
        .setGroup(group)
        .setSubject(subject)
        .setN(200)
        .setValue(value)
        .setCiLow(value - 0.1)
        .setCiHigh(value + 0.1)
        .build();
  }
}
