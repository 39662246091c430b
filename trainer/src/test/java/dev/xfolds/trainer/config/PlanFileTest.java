package dev.xfolds.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.testing.TestPlans;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlanFileTest {

  @Test
  void uidAndDigestAreNotDigested() {
    RunPlan plan = TestPlans.vqa().build();
    assertThat(PlanFile.digest(plan.toBuilder().setUid("another").setDigest("x").build()))
        .isEqualTo(PlanFile.digest(plan));
    assertThat(PlanFile.digest(plan.toBuilder().setName("another").build()))
        .isNotEqualTo(PlanFile.digest(plan));
  }

  @Test
  void orderOfFilesChangesNothing() {
    RunPlan.Builder one = TestPlans.vqa();
    one.getDataBuilder(0).putFiles("a", "1").putFiles("questions", "2").putFiles("images", "3");
    RunPlan.Builder two = TestPlans.vqa();
    two.getDataBuilder(0).putFiles("images", "3").putFiles("a", "1").putFiles("questions", "2");
    assertThat(PlanFile.digest(one.build())).isEqualTo(PlanFile.digest(two.build()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "name: run",
        "{\"name\": 7, \"steps\": {}}",
        "{\"model\": {\"clip\": {}, \"vqaClassifier\": {}}}",
        "{\"training\": {\"precision\": \"FP8\"}}"
      })
  void whatIsNoPlanIsInvalid(String json) {
    assertThatThrownBy(() -> PlanFile.parse("plan.json", json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            TrainerException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ExitCode.INVALID);
              assertThat(e)
                  .hasMessageStartingWith("plan.json: must be a RunPlan in protobuf JSON: ");
            });
  }

  @Test
  void unknownFieldIsNamed() {
    byte[] json = "{\"training\": {\"stepz\": \"5\"}}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> PlanFile.parse("plan.json", json))
        .isInstanceOf(TrainerException.class)
        .hasMessageContaining("stepz");
  }

  @Test
  void codesSayWhoseFaultItIs() {
    assertThat(TrainerException.invalid("x").code()).isEqualTo(ExitCode.INVALID);
    assertThat(TrainerException.retry("x").code()).isEqualTo(ExitCode.RETRY);
    assertThat(TrainerException.stopped("x").code()).isEqualTo(ExitCode.STOPPED);
    IllegalStateException cause = new IllegalStateException();
    assertThat(TrainerException.invalid("x", cause)).hasMessage("x").hasCause(cause);
    assertThat(TrainerException.retry("x", cause)).hasMessage("x").hasCause(cause);
  }
}
