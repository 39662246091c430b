package dev.xfolds.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.PodsSpec;
import dev.xfolds.operator.api.ResourcesSpec;
import dev.xfolds.operator.api.TolerationSpec;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.plan.Profile;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RunSettingsTest {
  private static final String MIG = "nvidia.com/mig-3g.20gb";
  private static final RunPlan PLAN = Plans.phantom("a");
  private static final Profile GPUS =
      new Profile(
          "gpus",
          "A100",
          8,
          40_000_000_000L,
          Map.of("fp32", 19.5e12),
          "nvidia.com/gpu",
          "8",
          "64Gi",
          4,
          4,
          Map.of("nvidia.com/gpu.product", "A100", "zone", "a"),
          List.of(new TolerationSpec("nvidia.com/gpu", "Exists", null, "NoSchedule")));

  private static PodSpec trainer(PodsSpec pods) {
    return TrainerJob.of(
            PLAN, RunSettings.of(ClusterSettings.ofOneMachine(), spec(pods), GPUS), 1, 1)
        .getSpec()
        .getTemplate()
        .getSpec();
  }

  private static PodSpec evaluator(TrainingRunSpec spec) {
    return EvaluatorPod.of(PLAN, RunSettings.of(ClusterSettings.ofOneMachine(), spec, GPUS))
        .getSpec();
  }

  private static TrainingRunSpec spec(PodsSpec pods) {
    return new TrainingRunSpec(
        null, null, null, null, null, null, null, pods, null, null, null, null, null, null);
  }

  private static Map<String, Quantity> limits(PodSpec pod) {
    return pod.getContainers().getFirst().getResources().getLimits();
  }

  @Test
  void profileGivesNodesTaintsAndTheNameOfItsGpus() {
    PodSpec pod = trainer(null);
    assertThat(pod.getNodeSelector()).isEqualTo(GPUS.nodeSelector());
    assertThat(pod.getTolerations())
        .containsExactly(new Toleration("NoSchedule", "nvidia.com/gpu", "Exists", null, null));
    assertThat(limits(pod)).containsEntry("nvidia.com/gpu", new Quantity("1"));
  }

  @Test
  void podAsksForAGpuForEachOfItsRanks() {
    TrainingRunSpec spec =
        new TrainingRunSpec(
            null,
            null,
            null,
            null,
            null,
            null,
            new ResourcesSpec(null, 4, null, null),
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    assertThat(RunSettings.of(ClusterSettings.ofOneMachine(), spec, GPUS).trainer())
        .isEqualTo(new PodResources("8", "", 4, "nvidia.com/gpu"));
  }

  @Test
  void evaluatorToleratesWhatTheTrainerDoesAndGoesToAnyNode() {
    PodSpec pod = evaluator(spec(null));
    assertThat(pod.getTolerations())
        .extracting(Toleration::getKey)
        .containsExactly("nvidia.com/gpu");
    assertThat(pod.getNodeSelector()).isEmpty();
  }

  /** A trainer's image has no evaluator in it, and test answers are none of its business. */
  @Test
  void imageOfARunIsItsTrainersAlone() {
    PodsSpec pods = new PodsSpec("registry.example.org/trainer:2", null, null, null, null);
    assertThat(trainer(pods).getContainers().getFirst().getImage())
        .isEqualTo("registry.example.org/trainer:2");
    assertThat(evaluator(spec(pods)).getContainers().getFirst().getImage())
        .isEqualTo(ClusterSettings.ofOneMachine().evaluatorImage());
  }

  @Test
  void runAddsToTheProfileAndItsWordGoesBefore() {
    PodSpec pod =
        trainer(
            new PodsSpec(
                "registry.example.org/trainer:2",
                List.of("registry"),
                Map.of("zone", "b", "pool", "research"),
                List.of(new TolerationSpec("team", "Equal", "imaging", null)),
                MIG));
    assertThat(pod.getNodeSelector())
        .isEqualTo(Map.of("nvidia.com/gpu.product", "A100", "zone", "b", "pool", "research"));
    assertThat(pod.getTolerations())
        .extracting(Toleration::getKey)
        .containsExactly("nvidia.com/gpu", "team");
    assertThat(limits(pod))
        .containsEntry(MIG, new Quantity("1"))
        .doesNotContainKey("nvidia.com/gpu");
    assertThat(pod.getImagePullSecrets()).containsExactly(new LocalObjectReference("registry"));
    assertThat(pod.getContainers().getFirst().getImage())
        .isEqualTo("registry.example.org/trainer:2");
  }
}
