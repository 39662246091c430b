package dev.xfolds.evaluator.service;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.protocol.UnknownNameException;
import dev.xfolds.evaluator.scorecard.Scorecard;
import dev.xfolds.evaluator.store.Variant;
import dev.xfolds.evaluator.task.Task;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.Tasks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Loads the tasks that a plan names. Every image is read once, so that a broken one shows now. */
final class ExamLoader {

  private ExamLoader() {}

  /**
   * @param volumes folders by volume name
   * @throws StartException if the plan or the data is wrong; the message begins with the field
   */
  static List<Exam> load(RunPlan plan, Map<String, Path> volumes) {
    Tasks tasks = Tasks.catalogue();
    Map<String, Exam> exams = new HashMap<>();
    List<Exam> inOrder = new ArrayList<>();
    for (int i = 0; i < plan.getEvaluationsCount(); i++) {
      String field = "spec.evaluation[" + i + "]";
      EvaluationPlan evaluation = plan.getEvaluations(i);
      Task task = task(tasks, evaluation, field);
      for (String protocol : evaluation.getProtocolsList()) {
        require(task, protocol, field);
      }
      if (!exams.containsKey(evaluation.getTask())) {
        Exam exam = exam(task, volume(evaluation, volumes, field), field);
        exams.put(evaluation.getTask(), exam);
        inOrder.add(exam);
      }
    }
    return inOrder;
  }

  private static Task task(Tasks tasks, EvaluationPlan evaluation, String field) {
    try {
      return tasks.find(evaluation.getTask());
    } catch (UnknownNameException e) {
      throw new StartException(field + ".task: " + e.getMessage(), e);
    }
  }

  private static void require(Task task, String protocol, String field) {
    try {
      task.protocol(protocol);
    } catch (UnknownNameException e) {
      throw new StartException(field + ".protocols: " + e.getMessage(), e);
    }
  }

  private static Path volume(EvaluationPlan evaluation, Map<String, Path> volumes, String field) {
    String name = evaluation.getVolume();
    if (name.isEmpty()) {
      return Path.of("");
    }
    Path folder = volumes.get(name);
    if (folder == null) {
      throw new StartException(
          field + ".volume \"" + name + "\" must be given as --volume=" + name + "=FOLDER");
    }
    if (!Files.isDirectory(folder)) {
      throw new StartException(
          field + ".volume \"" + name + "\" must be a folder, " + folder + " is none");
    }
    return folder;
  }

  private static Exam exam(Task task, Path volume, String field) {
    try {
      TaskData data = task.load(volume);
      String images = data.imagesDigest();
      if (!images.equals(task.digest().images())) {
        throw new DataException(
            "the digest of the test images must be %s, was %s; the files were changed or encoded again"
                .formatted(task.digest().images(), images));
      }
      return exam(data);
    } catch (DataException | UnreadableImageException e) {
      throw new StartException(field + ".task " + task.id() + ": " + e.getMessage(), e);
    }
  }

  /** An exam on loaded data. */
  static Exam exam(TaskData data) {
    Task task = data.task();
    TestSet set = TestSet.read(data.items());
    List<Exam.Item> items =
        data.items().stream()
            .map(
                item ->
                    new Exam.Item(
                        item.id(),
                        item.image(),
                        set.imageSha256(item),
                        item.question(),
                        item.choices()))
            .toList();
    return new Exam(
        task.id().toString(),
        task.kind(),
        data.digest(),
        questionsDigest(items),
        task.protocols().stream().map(Protocol::name).toList(),
        task.origin(),
        task.licence(),
        items,
        variants(task),
        set.fingerprints(),
        new TaskScorer(data));
  }

  private static List<Variant> variants(Task task) {
    List<Variant> variants = new ArrayList<>(List.of(Variant.REAL));
    for (String control : task.controls()) {
      variants.add(
          switch (control) {
            case Scorecard.SHUFFLED_IMAGES -> Variant.SHUFFLED;
            case Scorecard.BLANK_IMAGES -> Variant.BLANK;
            default ->
                throw new IllegalStateException(task.id() + " has unknown control " + control);
          });
    }
    return variants;
  }

  /** SHA-256, lower-case hexadecimal, of all that a model is shown, with the questions' ids. */
  private static String questionsDigest(List<Exam.Item> items) {
    StringBuilder text = new StringBuilder();
    List<String> former = List.of();
    for (Exam.Item item : items) {
      text.append(item.id()).append('\0');
      text.append(hex(item.imageSha256())).append('\0');
      text.append(item.text()).append('\0');
      if (!item.choices().equals(former)) {
        former = item.choices();
        text.append(String.join("\0", former));
      }
      text.append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return hex(Pictures.sha256(bytes));
  }

  private static String hex(ByteString digest) {
    return HexFormat.of().formatHex(digest.toByteArray());
  }
}
