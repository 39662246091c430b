package dev.xfolds.evaluator.service;

import com.google.protobuf.Timestamp;
import dev.xfolds.contract.v1.Contamination;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.evaluator.store.EvaluationFolder;
import dev.xfolds.evaluator.store.EvaluationStore;
import dev.xfolds.evaluator.store.ReportDocument;
import dev.xfolds.evaluator.store.StoredAnswer;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/** Scores complete answers and writes report.json and the run's page. */
final class Reporter {

  static final String PAGE = "report.html";

  private final EvaluationStore store;
  private final PageWriter pages;
  private final Clock clock;

  Reporter(EvaluationStore store, PageWriter pages, Clock clock) {
    this.store = store;
    this.pages = pages;
    this.clock = clock;
  }

  /**
   * @param former a report of the same answers by other protocols; those are kept
   */
  Report report(
      Examinations.Admission admission,
      EvaluationFolder folder,
      List<StoredAnswer> answers,
      Contamination contamination,
      Optional<ReportDocument> former) {
    SequencedSet<String> protocols = new LinkedHashSet<>();
    former.ifPresent(document -> protocols.addAll(document.protocols()));
    protocols.addAll(admission.protocols());
    Exam exam = admission.exam();
    Scorer.Verdict verdict = exam.scorer().score(List.copyOf(protocols), answers);
    Hello hello = admission.hello();
    Instant now = clock.instant();
    Report report =
        Report.newBuilder()
            .setNamespace(hello.getNamespace())
            .setRun(hello.getRun())
            .setTask(exam.task())
            .setCheckpointDigest(hello.getCheckpointDigest())
            .setStep(hello.getStep())
            .setDataDigest(exam.dataDigest())
            .addAllScores(verdict.scores())
            .addAllComparisons(verdict.comparisons())
            .setContamination(contamination)
            .setTimesAsked(store.timesAsked(admission.key().taskName()))
            .setFinished(
                Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
            .setReportPath(store.relative(folder.reportPath()))
            .setPagePath(store.relative(store.runFolder().resolve(PAGE)))
            .build();
    folder.write(
        new ReportDocument(
            report,
            admission.key(),
            new ReportDocument.TaskRecord(
                exam.kind().name(),
                exam.items().size(),
                exam.questionsDigest(),
                exam.origin(),
                exam.licence()),
            List.copyOf(protocols),
            hello.getCard()));
    refreshPage();
    return report;
  }

  /** Writes the page of the newest reports again. */
  void refreshPage() {
    pages.write(store);
  }
}
