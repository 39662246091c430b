package dev.xfolds.evaluator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunCard;
import dev.xfolds.evaluator.store.EvaluationKey;
import dev.xfolds.evaluator.store.ReportDocument;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportPageTest {

  @Test
  void timeAndComputeAreLabelledAsThoseOfTheCheckpoint() {
    ReportDocument document =
        new ReportDocument(
            Report.newBuilder().setNamespace("default").setRun("a").setTask("t@1").build(),
            new EvaluationKey(
                "default", "a", "0".repeat(64), "1".repeat(64), "t@1", 0, 1, "", "", "FP32"),
            new ReportDocument.TaskRecord("VQA", 1, "0", "o", "l"),
            List.of("exact"),
            RunCard.newBuilder().setTrainingSeconds(90).setCountedPfDays(2e-8).build());
    assertThat(ReportPage.render(List.of(new TaskPage(document, List.of()))))
        .contains("<dt>Training time up to this checkpoint</dt><dd>1 min 30 s</dd>")
        .contains("<dt>PF-days up to this checkpoint, counted</dt><dd>2.00e-08</dd>")
        .contains("<dt>PF-days up to this checkpoint, peak</dt>");
  }
}
