package dev.xfolds.operator.desired;

import dev.xfolds.operator.api.PodsSpec;
import dev.xfolds.operator.api.ResourcesSpec;
import dev.xfolds.operator.api.TolerationSpec;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.plan.Profile;
import dev.xfolds.operator.plan.WorldSize;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The cluster's settings with what a profile and a TrainingRun add to them. */
public final class RunSettings {
  private static final PodsSpec NOTHING = new PodsSpec(null, List.of(), Map.of(), List.of(), null);

  private RunSettings() {}

  /**
   * Settings of one run.
   *
   * @param cluster as the operator's configuration says
   * @param profile of the run's hardware: node labels, taints, the name of its GPUs
   */
  public static ClusterSettings of(ClusterSettings cluster, TrainingRunSpec spec, Profile profile) {
    PodsSpec pods = spec.pods() == null ? NOTHING : spec.pods();
    List<String> secrets = new ArrayList<>(cluster.imagePullSecrets());
    secrets.addAll(pods.imagePullSecrets());
    Map<String, String> nodes = new TreeMap<>(cluster.nodeSelector());
    nodes.putAll(profile.nodeSelector());
    nodes.putAll(pods.nodeSelector());
    List<Toleration> tolerations = new ArrayList<>(cluster.tolerations());
    profile.tolerations().forEach(one -> tolerations.add(toleration(one)));
    pods.tolerations().forEach(one -> tolerations.add(toleration(one)));
    return new ClusterSettings(
        cluster.operatorNamespace(),
        pods.image() == null ? cluster.trainerImage() : pods.image(),
        cluster.evaluatorImage(),
        cluster.evaluatorClaim(),
        cluster.user(),
        trainer(spec, pods, profile),
        cluster.evaluator(),
        secrets,
        nodes,
        tolerations);
  }

  private static PodResources trainer(TrainingRunSpec spec, PodsSpec pods, Profile profile) {
    ResourcesSpec resources = spec.resources();
    String cpu = resources == null || resources.cpu() == null ? profile.cpu() : resources.cpu();
    String memory = resources == null || resources.memory() == null ? "" : resources.memory();
    String gpu =
        pods.gpuResourceName() == null ? profile.gpuResourceName() : pods.gpuResourceName();
    int gpus = profile.gpusPerNode() > 0 ? WorldSize.of(spec).ranksPerWorker() : 0;
    return new PodResources(cpu, memory, gpus, gpu);
  }

  private static Toleration toleration(TolerationSpec given) {
    return new TolerationBuilder()
        .withKey(given.key())
        .withOperator(given.operator())
        .withValue(given.value())
        .withEffect(given.effect())
        .build();
  }
}
