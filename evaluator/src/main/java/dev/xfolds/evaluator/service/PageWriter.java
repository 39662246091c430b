package dev.xfolds.evaluator.service;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.evaluator.report.Example;
import dev.xfolds.evaluator.report.ReportPage;
import dev.xfolds.evaluator.report.TaskPage;
import dev.xfolds.evaluator.store.AtomicFiles;
import dev.xfolds.evaluator.store.EvaluationFolder;
import dev.xfolds.evaluator.store.EvaluationStore;
import dev.xfolds.evaluator.store.ReportDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes report.html from the newest report of each task that the run's plan has led to. */
final class PageWriter {

  private static final int EXAMPLES = 20;
  private static final long SEED = 20L;

  private final RunPlan plan;
  private final List<String> order;
  private final Map<String, Exam> exams = new HashMap<>();

  private record Newest(EvaluationFolder folder, ReportDocument document) {}

  PageWriter(RunPlan plan, List<Exam> exams) {
    this.plan = plan;
    this.order = plan.getEvaluationsList().stream().map(e -> e.getTask()).distinct().toList();
    exams.forEach(exam -> this.exams.put(exam.task(), exam));
  }

  /** Replaces the page; there is none before the first report. */
  synchronized void write(EvaluationStore store) {
    Map<String, Newest> newest = new LinkedHashMap<>();
    order.forEach(task -> newest.put(task, null));
    for (EvaluationFolder folder : store.folders()) {
      folder
          .report()
          .filter(document -> document.isOf(plan))
          .ifPresent(
              document ->
                  newest.merge(
                      folder.key().task(),
                      new Newest(folder, document),
                      (a, b) ->
                          ReportDocument.BY_AGE.compare(a.document(), b.document()) > 0 ? a : b));
    }
    List<TaskPage> tasks =
        newest.values().stream()
            .filter(found -> found != null)
            .map(found -> new TaskPage(found.document(), examples(found)))
            .toList();
    if (!tasks.isEmpty()) {
      AtomicFiles.write(
          store.runFolder().resolve(Reporter.PAGE),
          ReportPage.render(tasks).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** As many right as wrong answers, as far as there are; none if the data is another one now. */
  private List<Example> examples(Newest found) {
    Exam exam = exams.get(found.folder().key().task());
    if (exam == null || !exam.dataDigest().equals(found.folder().key().dataDigest())) {
      return List.of();
    }
    List<Scorer.Judged> judged =
        new ArrayList<>(
            exam.scorer()
                .judge(found.document().protocols().getFirst(), found.folder().loadAnswers()));
    Random random = new Random(SEED);
    Collections.shuffle(judged, random);
    List<Scorer.Judged> right = judged.stream().filter(Scorer.Judged::right).toList();
    List<Scorer.Judged> wrong = judged.stream().filter(j -> !j.right()).toList();
    int rights = Math.min(right.size(), Math.max(EXAMPLES / 2, EXAMPLES - wrong.size()));
    int wrongs = Math.min(wrong.size(), EXAMPLES - rights);
    List<Scorer.Judged> chosen = new ArrayList<>(right.subList(0, rights));
    chosen.addAll(wrong.subList(0, wrongs));
    Collections.shuffle(chosen, random);
    Map<String, Exam.Item> items = new HashMap<>();
    exam.items().forEach(item -> items.put(item.id(), item));
    return chosen.stream().map(one -> example(one, items.get(one.item()))).toList();
  }

  private static Example example(Scorer.Judged judged, Exam.Item item) {
    return new Example(
        ByteString.copyFrom(item.image().bytes()),
        item.text(),
        judged.truth(),
        judged.answer(),
        judged.right());
  }
}
