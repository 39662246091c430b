package dev.xfolds.operator.reconcile;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.ProcessContract;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Plans of runs that have begun. The plan in a run's ConfigMap is the one that its pods run:
 * another version of the operator, with other defaults, goes on with it.
 */
final class PlanKeeper {
  private final KubernetesClient client;
  private final Map<String, RunPlan> byUid = new ConcurrentHashMap<>();

  PlanKeeper(KubernetesClient client) {
    this.client = client;
  }

  /** Empty if the run has not begun. */
  Optional<RunPlan> begun(RunNames names) {
    RunPlan known = byUid.get(names.uid());
    if (known != null) {
      return Optional.of(known);
    }
    Optional<RunPlan> stored = stored(names);
    stored.ifPresent(plan -> byUid.put(names.uid(), plan));
    return stored;
  }

  void begin(RunPlan plan) {
    byUid.put(plan.getUid(), plan);
  }

  void forget(String uid) {
    byUid.remove(uid);
  }

  private Optional<RunPlan> stored(RunNames names) {
    ConfigMap map =
        client.configMaps().inNamespace(names.namespace()).withName(names.planConfigMap()).get();
    String text =
        map == null || map.getData() == null ? null : map.getData().get(ProcessContract.PLAN_FILE);
    if (text == null) {
      return Optional.empty();
    }
    RunPlan.Builder plan = RunPlan.newBuilder();
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(text, plan);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
    return plan.getUid().equals(names.uid()) ? Optional.of(plan.build()) : Optional.empty();
  }
}
