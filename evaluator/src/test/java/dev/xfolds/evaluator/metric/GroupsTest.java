package dev.xfolds.evaluator.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.evaluator.SampleTask;
import dev.xfolds.evaluator.protocol.AnswerTypeRule;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.protocol.QuestionTypeRule;
import dev.xfolds.evaluator.task.TaskItem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupsTest {

  private static final List<TaskItem> ITEMS =
      List.of(
          SampleTask.item("1", "a", "Is it?", "Yes", AnswerType.CLOSED, "PRES"),
          SampleTask.item("2", "a", "CT or MR?", "CT", AnswerType.CLOSED, "PRES, POS"),
          SampleTask.item("3", "b", "Where?", "left", AnswerType.OPEN, "POS"));

  @Test
  void annotatedTypesAndCombinedGroups() {
    var groups =
        Groups.of(ITEMS, SampleTask.protocol(AnswerTypeRule.ANNOTATED, QuestionTypeRule.COMBINED));
    assertThat(groups)
        .containsOnlyKeys(
            "overall",
            "answer_type=CLOSED",
            "answer_type=OPEN",
            "question_type=PRES",
            "question_type=PRES, POS",
            "question_type=POS",
            "organ=CHEST");
    assertThat(groups.get("answer_type=CLOSED")).containsExactly(0, 1);
    assertThat(groups.get("question_type=PRES")).containsExactly(0);
  }

  @Test
  void yesNoRuleMovesAClosedQuestionWithAnotherAnswerToOpen() {
    var groups =
        Groups.of(ITEMS, SampleTask.protocol(AnswerTypeRule.YES_NO, QuestionTypeRule.EACH));
    assertThat(groups.get("answer_type=CLOSED")).containsExactly(0);
    assertThat(groups.get("answer_type=OPEN")).containsExactly(1, 2);
  }

  @Test
  void questionOfTwoTypesCountsInEach() {
    var groups = Groups.of(ITEMS, SampleTask.protocol(AnswerTypeRule.NONE, QuestionTypeRule.EACH));
    assertThat(groups.get("question_type=PRES")).containsExactly(0, 1);
    assertThat(groups.get("question_type=POS")).containsExactly(1, 2);
    assertThat(groups).doesNotContainKey("answer_type=CLOSED");
  }

  @Test
  void groupThatTheProtocolLeavesOutIsEmpty() {
    TaskItem para =
        new TaskItem(
            "4",
            "b",
            ITEMS.getFirst().image(),
            "How many?",
            List.of(),
            List.of("2"),
            Optional.of(AnswerType.OPEN),
            "COUNT",
            "HEAD",
            "",
            "para");
    var groups = Groups.of(List.of(ITEMS.getFirst(), para), SampleTask.freeform());
    assertThat(groups.get("overall")).containsExactly(0);
    assertThat(groups.get("question_type=COUNT")).isEmpty();
    assertThat(groups.get("organ=HEAD")).isEmpty();
  }

  @Test
  void anyAcceptedAnswerIsRightAndNoAnswerIsWrong() {
    TaskItem item =
        new TaskItem(
            "1",
            "a",
            ITEMS.getFirst().image(),
            "Which?",
            List.of(),
            List.of("CT", "computed tomography"),
            Optional.empty(),
            "",
            "",
            "",
            "");
    Protocol protocol = SampleTask.protocol(AnswerTypeRule.NONE, QuestionTypeRule.NONE);
    List<TaskItem> items = List.of(item, item, item, item);
    assertThat(
            RightAnswers.of(
                items,
                List.of(
                    Optional.of("ct "),
                    Optional.of("Computed Tomography"),
                    Optional.of("ct scan"),
                    Optional.empty()),
                protocol))
        .containsExactly(true, true, false, false);
  }

  @Test
  void recallAtOneIsTheExactChoice() {
    List<String> choices = List.of("A liver.", "a liver.");
    List<TaskItem> items =
        List.of(
            SampleTask.choice("1", choices, "A liver."),
            SampleTask.choice("2", choices, "a liver."));
    assertThat(
            RightAnswers.of(
                items,
                List.of(Optional.of("A liver."), Optional.of("A liver.")),
                SampleTask.protocol(AnswerTypeRule.NONE, QuestionTypeRule.NONE)))
        .containsExactly(true, false);
  }
}
