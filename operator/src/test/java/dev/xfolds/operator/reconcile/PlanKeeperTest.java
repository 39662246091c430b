package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.desired.ProcessContract;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlanKeeperTest {
  private static final RunPlan PLAN = Plans.vqaRad();
  private static final RunPlan OTHER = PLAN.toBuilder().setDigest("another").build();
  private static final RunNames NAMES = RunNames.of(PLAN);

  private final Map<String, ConfigMap> cluster = new HashMap<>();
  private int reads;

  @Test
  void runThatNeverHadAJobIsNotAskedFor() throws Exception {
    cluster.put(NAMES.planConfigMap(), map(PLAN));
    assertThat(started().begun(NAMES, Optional.empty())).isEmpty();
    assertThat(started().begun(NAMES, Optional.of(status(0)))).isEmpty();
    assertThat(reads).isZero();
  }

  @Test
  void nextOperatorGoesOnWithTheStoredPlan() throws Exception {
    started().begin(PLAN, map(PLAN));
    assertThat(started().begun(NAMES, Optional.of(status(1)))).contains(PLAN);
  }

  @Test
  void planOfARunThatBeganBeforeItsStatusToldIsTaken() throws Exception {
    started().begin(OTHER, map(OTHER));
    PlanKeeper next = started();
    assertThatThrownBy(() -> next.begin(PLAN, map(PLAN)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(NAMES.planConfigMap());
    assertThat(next.begun(NAMES, Optional.empty())).contains(OTHER);
    next.begin(OTHER, map(OTHER));
  }

  /** Another version may print the same plan otherwise; the API server would refuse that. */
  @Test
  void storedTextIsLeftAsItIs() throws Exception {
    ConfigMap printed = map(PLAN);
    printed.getData().compute(ProcessContract.PLAN_FILE, (_, text) -> text.strip() + "\n\n");
    cluster.put(NAMES.planConfigMap(), printed);
    PlanKeeper keeper = started();
    keeper.begin(PLAN, map(PLAN));
    keeper.begin(PLAN, map(PLAN));
    assertThat(cluster.get(NAMES.planConfigMap())).isSameAs(printed);
  }

  @Test
  void deletedPlanIsWrittenAgain() throws Exception {
    PlanKeeper keeper = started();
    keeper.begin(PLAN, map(PLAN));
    cluster.clear();
    keeper.begin(PLAN, map(PLAN));
    assertThat(cluster).containsKey(NAMES.planConfigMap());
  }

  @Test
  void mapOfAnEarlierRunOfThatNameIsNotTaken() throws Exception {
    cluster.put(NAMES.planConfigMap(), map(PLAN.toBuilder().setUid("earlier").build()));
    assertThatThrownBy(() -> started().begin(PLAN, map(PLAN)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("holds no plan of this run");
  }

  @Test
  void planUnderItsFormerNameIsGoneOnWithAndWrittenUnderThePresentOne() throws Exception {
    cluster.put(NAMES.formerPlanConfigMap(), map(OTHER));
    PlanKeeper next = started();
    assertThat(next.begun(NAMES, Optional.of(status(1)))).contains(OTHER);
    next.begin(OTHER, map(OTHER));
    assertThat(cluster).containsKey(NAMES.planConfigMap());
  }

  @Test
  void runsOfOneNameHaveMapsOfTheirOwn() {
    RunNames next = new RunNames("default", "a", "0f5e-2");
    assertThat(next.planConfigMap()).isEqualTo("a-plan-0f5e");
    assertThat(new RunNames("default", "a", "1f5e-2").planConfigMap()).isEqualTo("a-plan-1f5e");
  }

  private PlanKeeper started() {
    return new PlanKeeper(
        new PlanKeeper.Store() {
          @Override
          public ConfigMap get(String namespace, String name) {
            reads++;
            return cluster.get(name);
          }

          @Override
          public boolean create(ConfigMap map) {
            return cluster.putIfAbsent(map.getMetadata().getName(), map) == null;
          }
        });
  }

  private static ConfigMap map(RunPlan plan) throws Exception {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(NAMES.planConfigMap())
        .endMetadata()
        .withData(
            new HashMap<>(Map.of(ProcessContract.PLAN_FILE, JsonFormat.printer().print(plan))))
        .build();
  }

  private static TrainingRunStatus status(int jobs) {
    return new TrainingRunStatus(
        1L, null, "Pending", List.of(), List.of(), 0, 0, jobs, null, List.of(), List.of(), null);
  }
}
