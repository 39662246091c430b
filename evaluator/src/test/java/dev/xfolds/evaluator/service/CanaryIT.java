package dev.xfolds.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.ListTasksRequest;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.datasets.VqaItem;
import dev.xfolds.datasets.read.Readers;
import dev.xfolds.datasets.read.VqaFormat;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskItem;
import dev.xfolds.evaluator.task.Tasks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Test answers reach no client by any message. */
class CanaryIT {

  private static final String CANARY = "xyzzy canary 8d51c7";

  @TempDir Path folder;

  @Test
  void noMessageHoldsATestAnswer() throws IOException {
    Exam exam = ExamLoader.exam(plantedVqaRad());
    try (TestEvaluator evaluator = new TestEvaluator(folder.resolve("evaluator"), exam);
        TestClient client = evaluator.trainer()) {
      List<MessageLite> received = new ArrayList<>();
      received.add(client.blocking().listTasks(ListTasksRequest.getDefaultInstance()));
      Hello hello =
          TestClient.hello("vqa-rad@1", exam.protocols().getFirst())
              .addAllProtocols(exam.protocols())
              .build();
      Report report = client.evaluate(hello, question -> "no");
      client.evaluate(hello, question -> "no");
      received.addAll(client.received);
      assertThat(report.getScoresList()).isNotEmpty();
      // Eighteen questions, seven images, and sessions and reports of two streams.
      assertThat(received).hasSizeGreaterThan(28);
      assertThat(received).allSatisfy(message -> assertNoCanary(message.toByteString()));
      // The page is for people and stays on the evaluator's volume: there the truth stands.
      assertThat(evaluator.store().resolve(report.getPagePath())).content().contains(CANARY);
    }
  }

  private static void assertNoCanary(ByteString message) {
    String text = message.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    assertThat(text).doesNotContain("xyzzy").doesNotContain("8d51c7");
  }

  /** The canary is the answer of one question in files of VQA-RAD's format. */
  private TaskData plantedVqaRad() throws IOException {
    Path images = Files.createDirectories(folder.resolve("data/images"));
    StringBuilder rows = new StringBuilder("[");
    for (int i = 0; i < 6; i++) {
      Files.write(images.resolve("synpic" + i + ".png"), TestExams.png(40 * i, 16, 12));
      rows.append(i == 0 ? "" : ",")
          .append(
              """
              {"qid": %d, "image_name": "synpic%d.png", "image_organ": "HEAD", "question": "what is shown in %d?",
               "question_type": "PRES", "phrase_type": "freeform", "answer": "%s", "answer_type": "OPEN",
               "question_rephrase": "NULL"}
              """
                  .formatted(i, i, i, i == 3 ? CANARY : "a cyst"));
    }
    Path questions = folder.resolve("data/testset.json");
    Files.writeString(questions, rows.append("]"));
    List<VqaItem> read =
        Readers.vqa(
                VqaFormat.VQA_RAD,
                Map.of("questions", questions, "images", images),
                Optional.empty())
            .items();
    List<TaskItem> items =
        read.stream()
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
    assertThat(items).anySatisfy(item -> assertThat(item.answers()).contains(CANARY));
    List<VqaItem> training =
        read.stream().filter(item -> !item.answers().contains(CANARY)).toList();
    return new TaskData(Tasks.catalogue().find("vqa-rad@1"), items, training, "digest");
  }
}
