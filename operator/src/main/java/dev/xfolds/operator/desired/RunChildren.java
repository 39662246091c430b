package dev.xfolds.operator.desired;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;

/** Which objects a run can have beside its Jobs, for whoever removes them. */
public final class RunChildren {
  private RunChildren() {}

  /** An object by its kind and name. */
  public record Child(Class<? extends HasMetadata> type, String name) {}

  /**
   * Those that exist, and those that this run never had. What is made first goes last, after the
   * plan: see {@link #proofs}.
   */
  public static List<Child> of(RunNames names) {
    return List.of(
        new Child(Pod.class, names.evaluatorPod()),
        new Child(Service.class, names.service(TRAINER)),
        new Child(Service.class, names.service(EVALUATOR)),
        new Child(Secret.class, names.tlsSecret(TRAINER)),
        new Child(Secret.class, names.tlsSecret(EVALUATOR)),
        new Child(NetworkPolicy.class, names.service(EVALUATOR)),
        new Child(ConfigMap.class, names.formerPlanConfigMap()),
        new Child(ConfigMap.class, names.planConfigMap()),
        new Child(NetworkPolicy.class, names.service(TRAINER)));
  }

  /** As long as one of these is there, others may be; when none is, nobody has to look further. */
  public static List<Child> proofs(RunNames names) {
    return List.of(
        new Child(NetworkPolicy.class, names.service(TRAINER)),
        new Child(ConfigMap.class, names.planConfigMap()));
  }
}
