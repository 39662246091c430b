package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.Plans;
import org.junit.jupiter.api.Test;

final class VolumesTest {
  private static final String EVALUATIONS = "xfolds-evaluator";

  @Test
  void claimOfTheEvaluatorsIsKeptFromTrainers() {
    RunPlan.Builder checkpoints = Plans.vqaRad().toBuilder();
    checkpoints.getCheckpointBuilder().setVolume(EVALUATIONS);
    assertThatThrownBy(() -> Volumes.check(checkpoints.build(), EVALUATIONS))
        .isInstanceOf(PlanKeeper.Taken.class)
        .hasMessageContaining("spec.checkpoint.volume: claim xfolds-evaluator is for evaluators");
    RunPlan.Builder data = Plans.vqaRad().toBuilder();
    data.getDataBuilder(0).setVolume(EVALUATIONS);
    assertThatThrownBy(() -> Volumes.check(data.build(), EVALUATIONS))
        .hasMessageContaining("spec.data, volume of train");
  }

  @Test
  void otherClaimsAreForWhoeverNamesThem() {
    assertThatCode(() -> Volumes.check(Plans.vqaRad(), EVALUATIONS)).doesNotThrowAnyException();
  }
}
