package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WaitTest {
  @Test
  void evaluatorsAdviceNamesTheOperatorsSettings() {
    assertThat(new Wait(WaitCause.IMAGE_PULL_FAILED, "evaluator", "ErrImagePull").text())
        .startsWith("evaluator: ErrImagePull; to do: check the operator's XFOLDS_EVALUATOR_IMAGE");
    assertThat(Wait.refused("evaluator", "exceeded quota: small").text())
        .endsWith("or lower the operator's XFOLDS_EVALUATOR_MEMORY");
    assertThat(Wait.refused("trainer", "exceeded quota: small").text())
        .endsWith("or ask for less in spec.resources of a new run");
  }
}
