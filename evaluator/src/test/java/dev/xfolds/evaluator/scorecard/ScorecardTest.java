package dev.xfolds.evaluator.scorecard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.VqaItem;
import dev.xfolds.evaluator.SampleTask;
import dev.xfolds.evaluator.protocol.AnswerTypeRule;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.protocol.QuestionTypeRule;
import dev.xfolds.evaluator.task.Task;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskItem;
import dev.xfolds.evaluator.task.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScorecardTest {

  private static final Task TASK = SampleTask.questionAnswering();
  private static final List<VqaItem> TRAINING =
      List.of(
          SampleTask.training("a", "Is it there?", "no", AnswerType.CLOSED, "PRES"),
          SampleTask.training("b", "Where?", "left", AnswerType.OPEN, "POS"));
  private static final TaskData DATA =
      SampleTask.data(
          TASK,
          List.of(
              SampleTask.item("1", "a", "Is it there?", "yes", AnswerType.CLOSED, "PRES"),
              SampleTask.item("2", "b", "Is it there?", "no", AnswerType.CLOSED, "PRES"),
              SampleTask.item("3", "b", "Where?", "left", AnswerType.OPEN, "POS"),
              SampleTask.item("4", "c", "Where?", "right", AnswerType.OPEN, "POS")),
          TRAINING);

  @Test
  void scoresModelControlsAndBaselines() {
    Scorecard card =
        Scorecard.of(
            DATA,
            TASK.protocols(),
            new Answers(
                List.of("Yes", "no", "left", "left"),
                Optional.of(List.of("no", "no", "left", "left")),
                Optional.of(List.of("no", "no", "no", "no"))));
    assertThat(value(card, "overall", "model")).isEqualTo(0.75);
    assertThat(value(card, "answer_type=CLOSED", "model")).isEqualTo(1);
    assertThat(value(card, "question_type=POS", "model")).isEqualTo(0.5);
    assertThat(value(card, "overall", "shuffled-images")).isEqualTo(0.5);
    assertThat(value(card, "overall", "blank-images")).isEqualTo(0.25);
    assertThat(value(card, "overall", "majority")).isEqualTo(0.5);
    assertThat(difference(card, "overall", "majority")).isEqualTo(0.25);
    assertThat(difference(card, "overall", "best-baseline")).isEqualTo(0.25);
    assertThat(difference(card, "overall", "blank-images")).isEqualTo(0.5);
    assertThat(card.score("exact", "overall", "model").orElseThrow().estimate().images())
        .isEqualTo(3);
    assertThat(card.scores())
        .allSatisfy(score -> assertThat(score.estimate().interval()).isPresent());
  }

  @Test
  void withoutControlsThereIsNothingToCompareThemWith() {
    Scorecard card =
        Scorecard.of(DATA, TASK.protocols(), Answers.of(List.of("yes", "no", "left", "left")));
    assertThat(card.comparison("exact", "overall", Scorecard.BLANK_IMAGES)).isEmpty();
  }

  @Test
  void emptyGroupHasNoValueAnywhere() {
    TaskItem first = DATA.items().getFirst();
    TaskItem para =
        new TaskItem(
            "2",
            "b",
            first.image(),
            "How many?",
            List.of(),
            List.of("2"),
            Optional.of(AnswerType.OPEN),
            "COUNT",
            "",
            "",
            "para");
    Scorecard card =
        Scorecard.of(
            SampleTask.data(TASK, List.of(first, para), TRAINING),
            List.of(SampleTask.freeform()),
            Answers.of(List.of("yes", "2")));
    Score score = card.score("freeform", "question_type=COUNT", "model").orElseThrow();
    assertThat(score.estimate().n()).isZero();
    assertThat(score.estimate().value()).isEmpty();
    assertThat(
            card.comparison("freeform", "question_type=COUNT", "best-baseline")
                .orElseThrow()
                .difference()
                .value())
        .isEmpty();
  }

  @Test
  void retrievalStandsBesideChance() {
    List<String> choices = IntStream.range(0, 20).mapToObj(i -> "caption " + i).toList();
    List<TaskItem> items = new ArrayList<>();
    for (String caption : choices) {
      items.add(SampleTask.choice("image of " + caption, choices, caption));
    }
    List<String> answers = new ArrayList<>(choices.subList(0, 10));
    answers.addAll(choices.subList(0, 10));
    Protocol protocol = SampleTask.protocol(AnswerTypeRule.NONE, QuestionTypeRule.NONE);
    Scorecard card =
        Scorecard.of(
            SampleTask.data(SampleTask.retrieval(), items, List.of()),
            List.of(protocol),
            Answers.of(answers));
    assertThat(value(card, "overall", "model")).isEqualTo(0.5);
    assertThat(value(card, "overall", "chance")).isCloseTo(0.05, within(1e-12));
    assertThat(difference(card, "overall", "chance")).isCloseTo(0.45, within(1e-12));
    assertThat(card.scores()).extracting(Score::metric).containsOnly("recall@1");
  }

  @Test
  void everyItemNeedsAnAnswer() {
    assertThatThrownBy(() -> Scorecard.of(DATA, TASK.protocols(), Answers.of(List.of("yes"))))
        .hasMessage("answers must be as many as items (4), were 1");
  }

  @Test
  void rightPhantomAnswersLieAboveTheBestBaselineForEveryType() {
    TaskData data = Tasks.catalogue().find("phantom-vqa@1").load(Path.of("unused"));
    Scorecard card =
        Scorecard.of(
            data,
            data.task().protocols(),
            Answers.of(data.items().stream().map(item -> item.answers().getFirst()).toList()));
    for (String type : List.of("modality", "plane", "organ", "side", "presence")) {
      assertThat(
              card.comparison("exact", "question_type=" + type, "best-baseline")
                  .orElseThrow()
                  .difference()
                  .interval()
                  .orElseThrow()
                  .low())
          .isGreaterThan(0.3);
    }
  }

  private static double value(Scorecard card, String group, String subject) {
    return card.score("exact", group, subject).orElseThrow().estimate().value().orElseThrow();
  }

  private static double difference(Scorecard card, String group, String other) {
    return card.comparison("exact", group, other).orElseThrow().difference().value().orElseThrow();
  }
}
