package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.Placement;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.RunView.JobView;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.reconcile.Decision.JobAction;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class QueuedRunTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunPlan PLAN = Plans.phantom("a");

  private static final Pod EVALUATOR =
      new PodBuilder()
          .withNewStatus()
          .addNewCondition()
          .withType("Ready")
          .withStatus("True")
          .endCondition()
          .endStatus()
          .build();

  private boolean installed = true;
  private Optional<QueueView.Workload> workload = Optional.of(workload(true));
  private Optional<JobView> job = Optional.of(new JobView(1, false, false));
  private List<Pod> pods = List.of();
  private Optional<Pod> evaluator = Optional.of(EVALUATOR);
  private List<Attempt> attempts = List.of();
  private Optional<Situation.Stop> stop = Optional.empty();

  /** Active, or held by the operator. */
  private static QueueView.Workload workload(boolean active) {
    return workload(active, !active, Optional.empty());
  }

  private static QueueView.Workload workload(
      boolean active, boolean held, Optional<String> eviction) {
    return new QueueView.Workload(
        "job-a", active, held, false, "Pending", "2 GPUs are missing", eviction);
  }

  private static Pod pod(boolean held, boolean leaving) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("a-trainer-1-0")
        .withDeletionTimestamp(leaving ? T0.toString() : null)
        .endMetadata()
        .withNewSpec()
        .addAllToSchedulingGates(held ? List.of(new PodSchedulingGate(Placement.GATE)) : List.of())
        .endSpec()
        .build();
  }

  private RunView view() {
    return new RunView(job, pods, evaluator);
  }

  private Decision decide() {
    return Decider.decide(
        new Situation(
            PLAN,
            T0,
            view(),
            attempts,
            0,
            job.map(JobView::number).orElse(0),
            stop,
            new RestartPolicy(2, Duration.ofSeconds(10), Duration.ofMinutes(1)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new QueueView("gpus", installed, workload))));
  }

  private void suspended() {
    job = Optional.of(new JobView(1, true, false));
  }

  @Test
  void jobJoinsTheQueueWithoutAnEvaluator() {
    job = Optional.empty();
    workload = Optional.empty();
    evaluator = Optional.empty();
    assertThat(decide().job()).contains(new JobAction.Create(1, 1));
    assertThat(decide().evaluator()).isFalse();
    assertThat(decide().verdict()).isEqualTo(new Verdict.Waiting("Queued", "joins queue gpus"));
  }

  @Test
  void jobThatWaitsIsNotResumedAndSaysWhy() {
    suspended();
    assertThat(decide().job()).isEmpty();
    assertThat(decide().evaluator()).isFalse();
    assertThat(decide().verdict())
        .isEqualTo(new Verdict.Waiting("Queued", "waits in queue gpus: 2 GPUs are missing"));
  }

  @Test
  void clusterWithoutKueueIsNamedAndNothingIsResumed() {
    suspended();
    installed = false;
    workload = Optional.empty();
    assertThat(decide().job()).isEmpty();
    assertThat(decide().verdict())
        .isEqualTo(
            new Verdict.Waiting(
                "QueueMissing",
                "spec.scheduling.queue must name a queue of Kueue, was gpus: this cluster has no"
                    + " kueue.x-k8s.io"));
  }

  @Test
  void admittedPodsGetTheNextAttemptWhenTheEvaluatorIsReady() {
    attempts = List.of(Attempt.started(4, T0).ended(T0, 12, Attempts.PREEMPTED));
    pods = List.of(pod(true, false));
    evaluator = Optional.empty();
    assertThat(decide().evaluator()).isTrue();
    assertThat(decide().job()).isEmpty();
    evaluator = Optional.of(EVALUATOR);
    assertThat(decide().job()).contains(new JobAction.Admit(5));
  }

  @Test
  void podsThatComeLaterJoinTheAttemptThatRuns() {
    attempts = List.of(Attempt.started(4, T0));
    pods = List.of(pod(true, false), pod(false, false));
    assertThat(decide().job()).contains(new JobAction.Admit(4));
  }

  @Test
  void podInThePlaceOfOneThatVanishedJoinsNoAttemptThatIsOver() {
    attempts = List.of(Attempt.started(4, T0).ended(T0, 143, Attempts.DISRUPTED));
    pods = List.of(pod(true, false), pod(false, false));
    assertThat(decide().job()).as("the other rank still runs").isEmpty();
    attempts = List.of(Attempt.started(4, T0));
    pods = List.of(pod(true, false), pod(false, false), pod(false, true));
    assertThat(decide().job()).as("the one before it writes").isEmpty();
  }

  @Test
  void newPodsWaitUntilThePreemptedOnesHaveWrittenTheirCheckpoint() {
    attempts = List.of(Attempt.started(4, T0));
    pods = List.of(pod(true, false), pod(false, true));
    assertThat(decide().job()).isEmpty();
    pods = List.of(pod(false, true));
    suspended();
    assertThat(decide().job()).isEmpty();
    assertThat(decide().evaluator()).as("it may be in an evaluation").isTrue();
  }

  @Test
  void stopAndGoOnAreToldToTheWorkloadNeverToTheJob() {
    stop = Optional.of(new Situation.Stop("Suspended", "asked", false));
    pods = List.of(pod(false, false));
    Verdict stopping = new Verdict.Stopping("Suspended", "asked");
    assertThat(decide().job()).contains(new JobAction.Hold("job-a"));
    assertThat(decide().verdict()).isEqualTo(stopping);
    workload = Optional.of(workload(false));
    assertThat(decide().job()).as("Kueue has not suspended it yet").isEmpty();
    assertThat(decide().verdict()).isEqualTo(stopping);
    suspended();
    assertThat(decide().verdict()).as("its pod writes").isEqualTo(stopping);
    pods = List.of();
    assertThat(decide().verdict()).isEqualTo(new Verdict.Stopped("Suspended", "asked"));
    assertThat(decide().evaluator()).isFalse();
    stop = Optional.empty();
    assertThat(decide().job()).contains(new JobAction.Release("job-a"));
  }

  @Test
  void workloadThatSomebodyElseDeactivatedIsLeftAloneAndTold() {
    suspended();
    workload =
        Optional.of(
            workload(
                false,
                false,
                Optional.of("DeactivatedDueToRequeuingLimitExceeded: too many retries")));
    assertThat(decide().job()).isEmpty();
    assertThat(decide().evaluator()).isFalse();
    assertThat(decide().verdict())
        .isEqualTo(
            new Verdict.Waiting(
                "Deactivated",
                "Kueue or an administrator deactivated Workload job-a of queue gpus"
                    + " (DeactivatedDueToRequeuingLimitExceeded: too many retries); to do: mend the"
                    + " cause, then set spec.active of the Workload to true"));
    stop = Optional.of(new Situation.Stop("Suspended", "asked", false));
    assertThat(decide().job()).as("a stop does not make it the operator's").isEmpty();
    assertThat(decide().verdict()).isEqualTo(new Verdict.Stopped("Suspended", "asked"));
  }

  @Test
  void workloadThatAnAdministratorActivatedAgainIsNoLongerHeld() {
    suspended();
    workload = Optional.of(workload(true, true, Optional.empty()));
    assertThat(decide().job()).contains(new JobAction.Release("job-a"));
  }

  @Test
  void spentBudgetHoldsTheWorkloadAndEndsTheRun() {
    stop = Optional.of(new Situation.Stop("BudgetExceeded", "spent", true));
    suspended();
    assertThat(decide().job()).contains(new JobAction.Hold("job-a"));
    workload = Optional.of(workload(false));
    assertThat(decide().verdict()).isEqualTo(new Verdict.Failed("BudgetExceeded", "spent", false));
  }

  @Test
  void failureMakesAnotherJobThatQueuesAgain() {
    job = Optional.of(new JobView(1, false, true));
    attempts =
        List.of(
            Attempt.started(1, T0.minusSeconds(60))
                .ended(T0.minusSeconds(10), OptionalInt.of(10), "Retry", "lost peer"));
    assertThat(decide().job()).contains(new JobAction.Create(2, 2));
    assertThat(decide().evaluator()).isFalse();
  }

  @Test
  void onlyWhatTheQueueTookIsPreempted() {
    Attempt running = Attempt.started(1, T0);
    List<Attempt> ended = List.of(running.ended(T0, 143, Attempts.DISRUPTED));
    assertThat(QueuedRun.preempted(List.of(running), ended, view())).isEqualTo(ended);
    suspended();
    Attempt taken = QueuedRun.preempted(List.of(running), ended, view()).getLast();
    assertThat(taken.reason()).isEqualTo("Preempted");
    assertThat(Attempts.failed(taken)).isFalse();
    assertThat(QueuedRun.preempted(ended, ended, view()))
        .as("an earlier end keeps its reason")
        .isEqualTo(ended);
    List<Attempt> failed = List.of(running.ended(T0, 10, "Retry"));
    assertThat(QueuedRun.preempted(List.of(running), failed, view())).isEqualTo(failed);
  }

  @Test
  void workloadSaysWhyItWaits() {
    GenericKubernetesResource pending =
        Serialization.unmarshal(
            """
            apiVersion: kueue.x-k8s.io/v1beta2
            kind: Workload
            metadata: {name: job-a}
            spec: {queueName: gpus}
            status:
              conditions:
                - {type: QuotaReserved, status: "False", reason: Pending, message: insufficient quota}
            """,
            GenericKubernetesResource.class);
    assertThat(Queues.workload(pending))
        .isEqualTo(
            new QueueView.Workload(
                "job-a", true, false, false, "Pending", "insufficient quota", Optional.empty()));
    GenericKubernetesResource silent =
        Serialization.unmarshal(
            """
            apiVersion: kueue.x-k8s.io/v1beta2
            kind: Workload
            metadata: {name: job-a}
            spec: {active: false}
            """,
            GenericKubernetesResource.class);
    assertThat(Queues.workload(silent).active()).isFalse();
    assertThat(Queues.workload(silent).message()).isEqualTo("Kueue has not said anything");
  }

  @Test
  void workloadIsThatOfTheJobsUidNotOfAnotherJobOfItsName() {
    GenericKubernetesResource before = owned("job-before", "uid-1");
    GenericKubernetesResource now = owned("job-now", "uid-2");
    assertThat(Queues.of(Stream.of(before, now), "uid-2")).contains(now);
    assertThat(Queues.of(Stream.of(before), "uid-2")).isEmpty();
    now.getMetadata().setDeletionTimestamp(T0.toString());
    assertThat(Queues.of(Stream.of(before, now), "uid-2")).isEmpty();
  }

  private static GenericKubernetesResource owned(String name, String jobUid) {
    return Serialization.unmarshal(
        """
        apiVersion: kueue.x-k8s.io/v1beta2
        kind: Workload
        metadata:
          name: %s
          labels: {kueue.x-k8s.io/job-uid: %s}
          ownerReferences:
            - {apiVersion: batch/v1, kind: Job, name: a-trainer-1, uid: %s, controller: true}
        spec: {queueName: gpus}
        """
            .formatted(name, jobUid, jobUid),
        GenericKubernetesResource.class);
  }

  @Test
  void workloadSaysWhoDeactivatedIt() {
    GenericKubernetesResource workload =
        Serialization.unmarshal(
            """
            apiVersion: kueue.x-k8s.io/v1beta2
            kind: Workload
            metadata: {name: job-a}
            spec: {active: false}
            status:
              conditions:
                - {type: QuotaReserved, status: "False", reason: Pending, message: The workload is deactivated}
                - {type: Evicted, status: "True", reason: Deactivated, message: The workload is deactivated}
            """,
            GenericKubernetesResource.class);
    assertThat(Queues.workload(workload).deactivated()).isTrue();
    assertThat(Queues.workload(workload).eviction())
        .contains("Deactivated: The workload is deactivated");
    JsonNode held = Serialization.unmarshal(Queues.hold(), JsonNode.class);
    assertThat(held.at("/spec/active").asBoolean(true)).isFalse();
    Map<String, String> annotations = new HashMap<>();
    held.at("/metadata/annotations")
        .properties()
        .forEach(one -> annotations.put(one.getKey(), one.getValue().asText()));
    workload.getMetadata().setAnnotations(annotations);
    assertThat(Queues.workload(workload).deactivated()).isFalse();
    assertThat(Queues.workload(workload).held()).isTrue();
    JsonNode released = Serialization.unmarshal(Queues.release(), JsonNode.class);
    assertThat(released.at("/spec/active").asBoolean(false)).isTrue();
    assertThat(annotations.keySet())
        .allSatisfy(
            key -> assertThat(released.at("/metadata/annotations").get(key).isNull()).isTrue());
  }
}
