package dev.xfolds.evaluator.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.datasets.DataException;
import dev.xfolds.evaluator.SampleTask;
import dev.xfolds.evaluator.baseline.Baseline;
import dev.xfolds.evaluator.metric.Groups;
import dev.xfolds.evaluator.metric.RightAnswers;
import dev.xfolds.evaluator.protocol.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VqaRadTaskIT {

  private static final Task TASK = Tasks.catalogue().find("vqa-rad@1");

  @TempDir private Path folder;

  @Test
  void officialSplitHasTheTasksDigests() {
    TaskData data = TASK.load(SampleTask.data());
    assertThat(data.items()).hasSize(451);
    assertThat(data.training()).hasSize(3064);
    assertThat(data.items().stream().map(TaskItem::imageKey).distinct()).hasSize(203);
    assertThat(data.imagesDigest()).isEqualTo(TASK.digest().images());
  }

  /** The figures of issue 3, check 3, and of design.md, section 9. */
  @Test
  void baselinesReachTheKnownFigures() {
    TaskData data = TASK.loadQuestions(SampleTask.data());
    assertThat(percent(data, Baseline.MAJORITY, "CLOSED")).isCloseTo(48.9, within(0.05));
    assertThat(percent(data, Baseline.NEAREST_QUESTION_OTHER_IMAGE, "CLOSED"))
        .isCloseTo(54.8, within(0.05));
    assertThat(percent(data, Baseline.NEAREST_QUESTION_SAME_IMAGE, "CLOSED"))
        .isCloseTo(70.2, within(0.05));
    assertThat(percent(data, Baseline.NEAREST_QUESTION_SAME_IMAGE, "OPEN"))
        .isCloseTo(46.4, within(0.05));
  }

  @Test
  void denominatorsAreThePublishedOnes() {
    TaskData data = TASK.loadQuestions(SampleTask.data());
    assertThat(count(data, "all-451", "answer_type=CLOSED")).isEqualTo(272);
    assertThat(count(data, "all-451", "answer_type=OPEN")).isEqualTo(179);
    assertThat(count(data, "all-451-yes-no", "answer_type=CLOSED")).isEqualTo(251);
    assertThat(count(data, "all-451-yes-no", "answer_type=OPEN")).isEqualTo(200);
    assertThat(count(data, "freeform-308", Groups.OVERALL)).isEqualTo(308);
  }

  @Test
  void changedAnswerIsRefused() throws IOException {
    Path split = Files.createDirectories(folder.resolve("vqa-rad/data_RAD"));
    for (String name : new String[] {"testset.json", "trainset.json"}) {
      String text = Files.readString(SampleTask.data().resolve("vqa-rad/data_RAD/" + name));
      Files.writeString(
          split.resolve(name), text.replaceFirst("aortic aneurysm", "aortic dissection"));
    }
    assertThatThrownBy(() -> TASK.loadQuestions(folder))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "vqa-rad@1: the digest of questions and answers must be "
                + TASK.digest().questions()
                + ", was ")
        .hasMessageEndingWith("the files in " + folder + " are not those of this version");
  }

  @Test
  void missingFilesAreNamed() {
    assertThatThrownBy(() -> TASK.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.toString());
  }

  private static int count(TaskData data, String protocol, String group) {
    return Groups.of(data.items(), TASK.protocol(protocol)).get(group).length;
  }

  private static double percent(TaskData data, Baseline baseline, String answerType) {
    Protocol protocol = TASK.protocol("all-451");
    boolean[] right = RightAnswers.of(data.items(), baseline.answers(data), protocol);
    int[] group = Groups.of(data.items(), protocol).get("answer_type=" + answerType);
    int count = 0;
    for (int item : group) {
      count += right[item] ? 1 : 0;
    }
    return 100.0 * count / group.length;
  }
}
