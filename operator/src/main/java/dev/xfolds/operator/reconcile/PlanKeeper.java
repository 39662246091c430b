package dev.xfolds.operator.reconcile;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.ProcessContract;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Plans of runs that have begun. The plan in a run's ConfigMap is the one that its pods run:
 * another version of the operator, with other defaults, goes on with it, and never writes it anew
 * in its own words.
 */
final class PlanKeeper {
  private final Store store;
  private final Map<String, RunPlan> byUid = new ConcurrentHashMap<>();

  PlanKeeper(Store store) {
    this.store = store;
  }

  /** Where the ConfigMaps are. */
  interface Store {
    /** Null if there is none. */
    ConfigMap get(String namespace, String name);

    /** False if there is one of this name, which is left as it is. */
    boolean create(ConfigMap map);

    static Store in(KubernetesClient client, ClusterWriter writer) {
      return new Store() {
        @Override
        public ConfigMap get(String namespace, String name) {
          return client.configMaps().inNamespace(namespace).withName(name).get();
        }

        @Override
        public boolean create(ConfigMap map) {
          return writer.create(map);
        }
      };
    }
  }

  /**
   * The plan that a run has begun with; empty if it has not begun, as far as its status tells.
   *
   * @param status empty before the first
   */
  Optional<RunPlan> begun(RunNames names, Optional<TrainingRunStatus> status) {
    RunPlan known = byUid.get(names.uid());
    if (known != null || !hasBegun(status)) {
      return Optional.ofNullable(known);
    }
    Optional<RunPlan> stored =
        Stream.of(names.planConfigMap(), names.formerPlanConfigMap())
            .flatMap(name -> parse(store.get(names.namespace(), name), names.uid()).stream())
            .findFirst();
    stored.ifPresent(plan -> byUid.put(names.uid(), plan));
    return stored;
  }

  /** Whether a run had a Job, as its status tells. */
  static boolean hasBegun(Optional<TrainingRunStatus> status) {
    return status.map(TrainingRunStatus::jobCount).filter(jobs -> jobs > 0).isPresent();
  }

  /**
   * Stores the plan of a run that begins, or one that somebody has deleted.
   *
   * @throws Refusal if an operator that was stopped before it could tell has begun the run with
   *     another plan, which the next pass takes; or if the ConfigMap is not this run's
   */
  void begin(RunPlan plan, ConfigMap wanted) {
    RunNames names = RunNames.of(plan);
    boolean known = plan.equals(byUid.get(names.uid()));
    if (known && store.get(names.namespace(), names.planConfigMap()) != null) {
      return;
    }
    if (!store.create(wanted)) {
      ConfigMap there = store.get(names.namespace(), names.planConfigMap());
      RunPlan stored =
          parse(there, names.uid())
              .orElseThrow(
                  () ->
                      new Refusal(
                          "ConfigMap %s/%s is there and holds no plan of this run; delete it unless"
                                  .formatted(names.namespace(), names.planConfigMap())
                              + " it goes by itself with an earlier run of this name"));
      byUid.put(names.uid(), stored);
      if (!stored.equals(plan)) {
        throw new Refusal(
            "the run has begun with the plan in ConfigMap %s/%s, and goes on with it"
                .formatted(names.namespace(), names.planConfigMap()));
      }
    }
    byUid.put(names.uid(), plan);
  }

  void forget(String uid) {
    byUid.remove(uid);
  }

  /** Empty if there is no plan of this run in it. */
  private static Optional<RunPlan> parse(ConfigMap map, String uid) {
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
    return plan.getUid().equals(uid) ? Optional.of(plan.build()) : Optional.empty();
  }
}
