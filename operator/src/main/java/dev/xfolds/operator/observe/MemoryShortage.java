package dev.xfolds.operator.observe;

import dev.xfolds.contract.v1.MemoryPlan;
import dev.xfolds.contract.v1.RunPlan;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** What a user needs to know when a trainer had too little memory. */
public final class MemoryShortage {
  private MemoryShortage() {}

  /**
   * What the plan had estimated, what the pod had, and what to change.
   *
   * @param pods trainers of the run that still exist
   */
  public static String text(RunPlan plan, List<Pod> pods) {
    MemoryPlan memory = plan.getCost().getMemoryPerRank();
    return "the plan estimates %s per rank beside JVM and libtorch (weights %s, gradients %s, optimizer %s, activations %s)%s; to do: in a new run lower training.batchSize, raise training.gradientAccumulation, or raise resources.memory"
        .formatted(
            mebibytes(
                memory.getWeightBytes()
                    + memory.getGradientBytes()
                    + memory.getOptimizerBytes()
                    + memory.getActivationBytes()),
            mebibytes(memory.getWeightBytes()),
            mebibytes(memory.getGradientBytes()),
            mebibytes(memory.getOptimizerBytes()),
            mebibytes(memory.getActivationBytes()),
            limit(pods).map(limit -> ", the pod's limit was " + limit).orElse(""));
  }

  private static Optional<String> limit(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> pod.getSpec() != null)
        .flatMap(pod -> pod.getSpec().getContainers().stream())
        .map(Container::getResources)
        .filter(resources -> resources != null && resources.getLimits() != null)
        .map(resources -> resources.getLimits().get("memory"))
        .filter(Objects::nonNull)
        .map(Object::toString)
        .findFirst();
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }
}
