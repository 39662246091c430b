package dev.xfolds.evaluator.task;

import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.VqaItem;
import dev.xfolds.datasets.phantom.PhantomGenerator;
import dev.xfolds.datasets.phantom.PhantomSplit;
import dev.xfolds.datasets.read.Readers;
import dev.xfolds.datasets.read.VqaFormat;
import dev.xfolds.evaluator.protocol.Protocol;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From a task's description to its data. */
final class TaskLoader {

  /** Test images looked at for each caption that is wanted; captions repeat rarely. */
  private static final int SPARE = 8;

  private TaskLoader() {}

  static TaskData load(Task task, Path volume, boolean withImages) {
    TaskData data =
        switch (task.source()) {
          case TaskSource.VqaRadFiles files -> vqaRad(task, files, volume, withImages);
          case TaskSource.PhantomQuestions phantom -> questions(task, phantom);
          case TaskSource.PhantomCaptions phantom -> captions(task, phantom);
        };
    check(data, volume);
    return data;
  }

  private static TaskData vqaRad(
      Task task, TaskSource.VqaRadFiles files, Path volume, boolean withImages) {
    Optional<Path> images =
        withImages ? Optional.of(volume.resolve(files.images())) : Optional.empty();
    List<VqaItem> test = vqaRad(volume.resolve(files.test()), images);
    return data(task, items(test), vqaRad(volume.resolve(files.training()), images));
  }

  private static List<VqaItem> vqaRad(Path questions, Optional<Path> images) {
    Map<String, Path> files = new HashMap<>();
    files.put("questions", questions);
    images.ifPresent(folder -> files.put("images", folder));
    return Readers.vqa(VqaFormat.VQA_RAD, files, Optional.empty()).items();
  }

  private static TaskData questions(Task task, TaskSource.PhantomQuestions phantom) {
    return data(
        task,
        items(
            PhantomGenerator.questions(
                phantom.seed(), phantom.images(), phantom.imageSize(), PhantomSplit.TEST)),
        PhantomGenerator.questions(
            phantom.seed(), phantom.trainingImages(), phantom.imageSize(), PhantomSplit.TRAIN));
  }

  private static TaskData captions(Task task, TaskSource.PhantomCaptions phantom) {
    Set<String> captions = new HashSet<>();
    List<CaptionItem> pool =
        PhantomGenerator.captions(
                phantom.seed(), phantom.pool() * SPARE, phantom.imageSize(), PhantomSplit.TEST)
            .stream()
            .filter(item -> captions.add(item.caption()))
            .limit(phantom.pool())
            .toList();
    List<String> choices = pool.stream().map(CaptionItem::caption).toList();
    List<TaskItem> items = new ArrayList<>();
    for (CaptionItem item : pool) {
      items.add(
          new TaskItem(
              item.id(),
              item.image().name(),
              item.image(),
              "",
              choices,
              List.of(item.caption()),
              Optional.empty(),
              "",
              "",
              item.modality(),
              ""));
    }
    return data(task, items, List.of());
  }

  private static TaskData data(Task task, List<TaskItem> items, List<VqaItem> training) {
    return new TaskData(task, items, training, DataDigest.questions(items, training));
  }

  private static List<TaskItem> items(List<VqaItem> items) {
    return items.stream()
        .map(
            item ->
                new TaskItem(
                    item.id(),
                    item.image().name(),
                    item.image(),
                    item.question(),
                    List.of(),
                    item.answers(),
                    Optional.of(item.answerType()),
                    item.questionType(),
                    item.organ(),
                    item.modality(),
                    item.phraseType()))
        .toList();
  }

  private static void check(TaskData data, Path volume) {
    Task task = data.task();
    if (!data.digest().equals(task.digest().questions())) {
      throw new DataException(
          "%s: the digest of questions and answers must be %s, was %s; %s"
              .formatted(
                  task.id(),
                  task.digest().questions(),
                  data.digest(),
                  task.isGenerated()
                      ? "a changed generator needs a new version of the task"
                      : "the files in " + volume + " are not those of this version"));
    }
    for (Protocol protocol : task.protocols()) {
      long counted =
          data.items().stream().filter(item -> protocol.counts(item.phraseType())).count();
      if (counted != protocol.questions()) {
        throw new DataException(
            "%s, protocol %s: must count %d questions, counts %d"
                .formatted(task.id(), protocol.name(), protocol.questions(), counted));
      }
    }
  }
}
