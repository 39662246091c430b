package dev.xfolds.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Objects of a run that outlive its attempts; the Job of an attempt is {@link TrainerJob}.
 *
 * @param evaluator empty without evaluations, as are its Secret and Service
 */
public record RunObjects(
    ConfigMap plan,
    Secret trainerTls,
    Optional<Secret> evaluatorTls,
    Service trainerService,
    Optional<Service> evaluatorService,
    Optional<Pod> evaluator,
    List<NetworkPolicy> policies) {
  public RunObjects {
    policies = List.copyOf(policies);
  }

  /**
   * In the order of creation: what a pod mounts comes before the pod, policies before what they
   * bind.
   */
  public List<HasMetadata> inOrder() {
    List<HasMetadata> objects = new ArrayList<>(policies);
    objects.add(plan);
    objects.add(trainerTls);
    evaluatorTls.ifPresent(objects::add);
    objects.add(trainerService);
    evaluatorService.ifPresent(objects::add);
    evaluator.ifPresent(objects::add);
    return objects;
  }
}
