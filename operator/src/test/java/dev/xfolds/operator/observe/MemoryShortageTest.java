package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.RunPlan;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryShortageTest {
  private static final RunPlan PLAN = plan();

  private static RunPlan plan() {
    RunPlan.Builder plan = RunPlan.newBuilder();
    plan.getCostBuilder()
        .getMemoryPerRankBuilder()
        .setWeightBytes(1 << 20)
        .setGradientBytes(2 << 20)
        .setOptimizerBytes(4 << 20)
        .setActivationBytes(8 << 20);
    return plan.build();
  }

  @Test
  void estimateLimitAndChangeAreTold() {
    var pod =
        new PodBuilder()
            .withNewSpec()
            .addNewContainer()
            .withNewResources()
            .addToLimits("memory", new Quantity("512Mi"))
            .endResources()
            .endContainer()
            .endSpec()
            .build();
    assertThat(MemoryShortage.text(PLAN, List.of(pod)))
        .isEqualTo(
            "the plan estimates 15.0 MiB per rank beside JVM and libtorch (weights 1.0 MiB, gradients 2.0 MiB, optimizer"
                + " 4.0 MiB, activations 8.0 MiB), the pod's limit was 512Mi; to do: in a new run"
                + " lower training.batchSize, raise training.gradientAccumulation, or raise"
                + " resources.memory");
  }

  @Test
  void limitOfAPodThatIsGoneIsNotMadeUp() {
    assertThat(MemoryShortage.text(PLAN, List.of())).contains("8.0 MiB); to do:");
  }
}
