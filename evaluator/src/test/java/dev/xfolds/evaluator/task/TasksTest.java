package dev.xfolds.evaluator.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.protocol.UnknownNameException;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class TasksTest {

  private static final Tasks TASKS = Tasks.catalogue();

  @Test
  void everyTaskSaysWhereItComesFrom() {
    assertThat(TASKS.all())
        .allSatisfy(
            task -> {
              assertThat(task.origin()).isNotBlank();
              assertThat(task.licence()).isNotBlank();
              assertThat(task.split()).isNotBlank();
              assertThat(task.digest().questions()).hasSize(64);
              assertThat(task.digest().images()).hasSize(64);
              assertThat(task.protocols())
                  .allSatisfy(
                      protocol -> {
                        assertThat(protocol.description()).isNotBlank();
                        assertThat(protocol.source()).isNotBlank();
                      });
            });
  }

  @Test
  void vqaRadHasItsPublishedDenominators() {
    assertThat(TASKS.find("vqa-rad@1").protocols())
        .extracting(Protocol::name, Protocol::questions)
        .containsExactly(
            tuple("all-451", 451),
            tuple("all-451-yes-no", 451),
            tuple("freeform-308", 308),
            tuple("mumc", 451));
  }

  @Test
  void unknownTaskNamesTheNearest() {
    assertThatThrownBy(() -> TASKS.find("vqa-rad"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage(
            "unknown task \"vqa-rad\": did you mean \"vqa-rad@1\"? Known: vqa-rad@1, phantom-vqa@1,"
                + " phantom-retrieval@1");
  }

  @Test
  void unknownProtocolNamesTheNearest() {
    assertThatThrownBy(() -> TASKS.find("vqa-rad@1").protocol("freeform"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageStartingWith(
            "unknown protocol of vqa-rad@1 \"freeform\": did you mean \"freeform-308\"?");
  }

  @Test
  void generatedTasksAreTheSameEverywhere() {
    for (String id : new String[] {"phantom-vqa@1", "phantom-retrieval@1"}) {
      TaskData data = TASKS.find(id).load(Path.of("unused"));
      assertThat(data.digest()).isEqualTo(data.task().digest().questions());
      assertThat(data.imagesDigest()).isEqualTo(data.task().digest().images());
      assertThat(data.positions()).hasSize(data.items().size());
    }
  }

  @Test
  void retrievalChoosesAmong200DistinctCaptions() {
    TaskData data = TASKS.find("phantom-retrieval@1").load(Path.of("unused"));
    assertThat(data.items()).hasSize(200);
    var choices = data.items().getFirst().choices();
    assertThat(new HashSet<>(choices)).hasSize(200);
    assertThat(data.items())
        .allSatisfy(
            item -> {
              assertThat(item.choices()).isEqualTo(choices);
              assertThat(choices).containsAll(item.answers());
            });
  }
}
