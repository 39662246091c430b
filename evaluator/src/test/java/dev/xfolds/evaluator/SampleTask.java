package dev.xfolds.evaluator;

import dev.xfolds.contract.v1.TaskKind;
import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.VqaItem;
import dev.xfolds.evaluator.normalize.Normalization;
import dev.xfolds.evaluator.protocol.AnswerTypeRule;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.protocol.QuestionTypeRule;
import dev.xfolds.evaluator.task.Metric;
import dev.xfolds.evaluator.task.Task;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskDigest;
import dev.xfolds.evaluator.task.TaskItem;
import dev.xfolds.evaluator.task.TaskSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Tasks and items for tests. */
public final class SampleTask {

  private SampleTask() {}

  /** The folder of real data, or a skipped test. */
  public static Path data() {
    Path repository = Path.of(System.getProperty("xfolds.root", "."));
    String set = System.getenv("XFOLDS_DATA");
    boolean given = set != null && !set.isEmpty();
    Path folder = repository.resolve(given ? set : "../shared/data");
    if (given && !folder.toFile().isDirectory()) {
      throw new AssertionError("XFOLDS_DATA must be a folder, was " + folder);
    }
    Assumptions.assumeTrue(
        folder.resolve("vqa-rad").toFile().isDirectory(),
        () -> "no VQA-RAD in " + folder + "; set XFOLDS_DATA to run this test");
    return folder;
  }

  public static Protocol protocol(AnswerTypeRule answerTypes, QuestionTypeRule questionTypes) {
    return new Protocol(
        "exact", "", "", "", 1, Normalization.LOWER_CASE, answerTypes, questionTypes);
  }

  public static Protocol freeform() {
    return new Protocol(
        "freeform",
        "",
        "",
        "freeform",
        1,
        Normalization.LOWER_CASE,
        AnswerTypeRule.ANNOTATED,
        QuestionTypeRule.COMBINED);
  }

  /** Shares its images with training, as VQA-RAD does. */
  public static Task questionAnswering() {
    return task(TaskKind.VISUAL_QUESTION_ANSWERING, Metric.ACCURACY);
  }

  public static Task retrieval() {
    return task(TaskKind.IMAGE_TO_TEXT_RETRIEVAL, Metric.RECALL_AT_1);
  }

  public static TaskData data(Task task, List<TaskItem> items, List<VqaItem> training) {
    return new TaskData(task, items, training, "digest");
  }

  public static TaskItem item(
      String id, String image, String question, String answer, AnswerType type, String kind) {
    return new TaskItem(
        id,
        image,
        new Named(image),
        question,
        List.of(),
        List.of(answer),
        Optional.of(type),
        kind,
        "CHEST",
        "",
        "freeform");
  }

  public static TaskItem choice(String id, List<String> choices, String answer) {
    return new TaskItem(
        id, id, new Named(id), "", choices, List.of(answer), Optional.empty(), "", "", "", "");
  }

  public static VqaItem training(
      String image, String question, String answer, AnswerType type, String kind) {
    return new VqaItem(
        image + question,
        new Named(image),
        question,
        List.of(answer),
        type,
        kind,
        "CHEST",
        "",
        "freeform");
  }

  private static Task task(TaskKind kind, Metric metric) {
    return new Task(
        "sample",
        1,
        kind,
        "",
        "",
        "",
        new TaskSource.VqaRadFiles("test.json", "training.json", "images"),
        new TaskDigest("", ""),
        metric,
        List.of(),
        List.of(protocol(AnswerTypeRule.ANNOTATED, QuestionTypeRule.COMBINED)));
  }

  private record Named(String name) implements ImageSource {
    @Override
    public byte[] bytes() {
      return name.getBytes(StandardCharsets.UTF_8);
    }
  }
}
