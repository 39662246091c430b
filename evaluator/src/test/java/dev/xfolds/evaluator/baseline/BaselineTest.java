package dev.xfolds.evaluator.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.VqaItem;
import dev.xfolds.evaluator.SampleTask;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskItem;
import dev.xfolds.evaluator.task.Tasks;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BaselineTest {

  private static final List<VqaItem> TRAINING =
      List.of(
          training("a", "Is there a mass?", "Yes", AnswerType.CLOSED, "PRES"),
          training("b", "Is there a mass?", "no", AnswerType.CLOSED, "PRES"),
          training("c", "Is there a mass?", "No", AnswerType.CLOSED, "PRES"),
          training("a", "Is the heart normal?", "yes", AnswerType.CLOSED, "ABN"),
          training("b", "Is the heart normal?", "yes", AnswerType.CLOSED, "ABN"),
          training("a", "Where is it?", "left", AnswerType.OPEN, "POS"));

  @Test
  void majorityIsByAnswerTypeAndIgnoresCase() {
    assertThat(answers(Baseline.MAJORITY, item("a", "x", AnswerType.CLOSED, "PRES")))
        .contains("yes");
    assertThat(answers(Baseline.MAJORITY, item("a", "x", AnswerType.OPEN, "PRES")))
        .contains("left");
  }

  @Test
  void majorityByQuestionTypeHasNoAnswerForAnUnseenType() {
    assertThat(answers(Baseline.MAJORITY_QUESTION_TYPE, item("a", "x", AnswerType.CLOSED, "PRES")))
        .contains("no");
    assertThat(answers(Baseline.MAJORITY_QUESTION_TYPE, item("a", "x", AnswerType.OPEN, "SIZE")))
        .isEmpty();
  }

  @Test
  void nearestQuestionsAnswerIsTheFirstOfEquals() {
    TaskItem item = item("b", "is there a MASS", AnswerType.CLOSED, "PRES");
    assertThat(answers(Baseline.MAJORITY_NEAREST_QUESTION, item)).contains("no");
    assertThat(answers(Baseline.NEAREST_QUESTION_OTHER_IMAGE, item)).contains("Yes");
    assertThat(answers(Baseline.NEAREST_QUESTION_SAME_IMAGE, item)).contains("no");
  }

  @Test
  void imageWithoutTrainingQuestionsHasNoAnswer() {
    assertThat(
            answers(
                Baseline.NEAREST_QUESTION_SAME_IMAGE, item("z", "Where?", AnswerType.OPEN, "POS")))
        .isEmpty();
  }

  @Test
  void jaccardIsSharedWordsOverAllWords() {
    var nearest =
        new NearestQuestion(
            SampleTask.data(
                SampleTask.questionAnswering(),
                List.of(),
                List.of(
                    training("a", "is the signal LOW", "no", AnswerType.CLOSED, "PRES"),
                    training("a", "?", "no", AnswerType.CLOSED, "PRES"))));
    assertThat(nearest.similarity(NearestQuestion.words("Is the T2-signal high?")))
        .containsExactly(3.0 / 6, 0);
    assertThat(nearest.similarity(NearestQuestion.words(""))).containsExactly(0, 0);
  }

  @Test
  void phantomQuestionsCannotBeAnsweredWithoutPixels() {
    TaskData data = Tasks.catalogue().find("phantom-vqa@1").load(Path.of("unused"));
    assertThat(Baseline.of(data)).doesNotContain(Baseline.NEAREST_QUESTION_SAME_IMAGE);
    for (Baseline baseline : Baseline.of(data)) {
      List<Optional<String>> answers = baseline.answers(data);
      assertThat(share(data, answers, "presence")).isLessThan(0.56);
      assertThat(share(data, answers, "side")).isLessThan(0.56);
      assertThat(share(data, answers, "modality")).isLessThan(0.3);
      assertThat(share(data, answers, "plane")).isLessThan(0.4);
    }
  }

  private static double share(TaskData data, List<Optional<String>> answers, String type) {
    int n = 0;
    int right = 0;
    for (int i = 0; i < answers.size(); i++) {
      TaskItem item = data.items().get(i);
      if (item.questionType().equals(type)) {
        n++;
        right += answers.get(i).filter(item.answers()::contains).isPresent() ? 1 : 0;
      }
    }
    return (double) right / n;
  }

  private static Optional<String> answers(Baseline baseline, TaskItem item) {
    return baseline
        .answers(SampleTask.data(SampleTask.questionAnswering(), List.of(item), TRAINING))
        .getFirst();
  }

  private static TaskItem item(String image, String question, AnswerType type, String kind) {
    return SampleTask.item("1", image, question, "?", type, kind);
  }

  private static VqaItem training(
      String image, String question, String answer, AnswerType type, String kind) {
    return SampleTask.training(image, question, answer, type, kind);
  }
}
