package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.Plans;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VolumesTest {
  private static final String EVALUATIONS = "xfolds-evaluator";

  @Test
  void claimOfTheEvaluatorsIsKeptFromTrainers() {
    RunPlan.Builder checkpoints = Plans.vqaRad().toBuilder();
    checkpoints.getCheckpointBuilder().setVolume(EVALUATIONS);
    RunPlan.Builder data = Plans.vqaRad().toBuilder();
    data.getDataBuilder(0).setVolume(EVALUATIONS);
    for (RunPlan.Builder plan : List.of(checkpoints, data)) {
      assertThatThrownBy(() -> Volumes.check(plan.build(), EVALUATIONS))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("a trainer would mount claim xfolds-evaluator");
    }
  }

  @Test
  void otherClaimsAreForWhoeverNamesThem() {
    assertThatCode(() -> Volumes.check(Plans.vqaRad(), EVALUATIONS)).doesNotThrowAnyException();
  }
}
