package dev.xfolds.operator.e2e;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Other hands on what belongs to a run: its Job is edited, its Service is written by another field
 * manager, its folder is taken by a run of its name. The run says so, and ends with the weights of
 * the run that nobody disturbed.
 */
@Execution(ExecutionMode.CONCURRENT)
final class MeddledRunE2E extends InASpace {

  @Test
  void editedJobIsFollowedByOneThatIsAsPlanned() {
    space.apply(RunSpace.small("small", Map.of("cpu: 500m", "cpu: 250m")));
    space.awaitStep("small", EARLY);
    assertThatThrownBy(
            () ->
                editJob(
                    "small-trainer-1",
                    """
                    {"spec": {"template": {"spec": {"activeDeadlineSeconds": 1}}}}"""))
        .hasMessageContaining("field is immutable");

    editJob("small-trainer-1", "{\"spec\": {\"parallelism\": 2, \"completions\": 2}}");
    TrainingRunStatus twice =
        space
            .awaitRun(
                "small",
                "the pod too many has ended the attempt",
                RunSpace.SOON,
                now -> now.attempts().getFirst().endedAt() != null)
            .getStatus();
    assertThat(twice.attempts().getFirst().exitCode()).isEqualTo(10);
    assertThat(twice.attempts().getFirst().message())
        .contains("JOB_COMPLETION_INDEX is 1, and the plan has 1 workers: the Job was edited");

    space.awaitRun("small", "it goes on", RunSpace.SOON, now -> RunSpace.is(now, "PodsReady"));
    editJob("small-trainer-2", "{\"spec\": {\"parallelism\": 0}}");
    assertThat(space.awaitReason("small", "PodsReady", "NoPods"))
        .contains("Job small-trainer-2 has had no pod", "delete the Job: another takes its place");
    client.batch().v1().jobs().inNamespace(space.namespace).withName("small-trainer-2").delete();

    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(RunSpace.reasons(status)).containsExactly("Retry", "Disrupted", "Done");
    assertThat(status.restartCount()).isOne();
    assertThat(space.jobs("small")).extracting(RunSpace::name).contains("small-trainer-3");
  }

  @Test
  void evictedEvaluatorComesBackBehindItsServiceWhoeverWroteThat() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    Pod before = space.pods("small", EVALUATOR).getFirst();
    Service planned = service("small-evaluator");
    client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(space.namespace)
                .withName("small-evaluator")
                .addToAnnotations("example.org/team", "other")
                .endMetadata()
                .withNewSpec()
                .withSelector(Map.of("xfolds.dev/run", "another"))
                .endSpec()
                .build())
        .fieldManager("other")
        .forceConflicts()
        .serverSideApply();
    assertThat(service("small-evaluator").getSpec().getSelector())
        .containsEntry("xfolds.dev/run", "another");
    assertThatThrownBy(() -> client.resource(changedPlan()).update())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("field is immutable when `immutable` is set");

    assertThat(client.pods().inNamespace(space.namespace).withName(RunSpace.name(before)).evict())
        .isTrue();
    await("another evaluator")
        .atMost(RunSpace.SOON)
        .until(
            () ->
                space.pods("small", EVALUATOR).stream()
                    .anyMatch(
                        pod -> !pod.getMetadata().getUid().equals(before.getMetadata().getUid())));
    TrainingRunStatus status = completeAsUndisturbed("small");
    Service mended = service("small-evaluator");
    assertThat(mended.getSpec().getSelector()).isEqualTo(planned.getSpec().getSelector());
    assertThat(mended.getMetadata().getAnnotations())
        .as("what the operator does not write stays")
        .containsEntry("example.org/team", "other");
    assertThat(status.restartCount()).isZero();
    assertThat(status.evaluations().getFirst().n()).isEqualTo(200);
  }

  @Test
  void folderOfARunIsKeptFromOneOfItsNameWithAnotherPlan() {
    space.apply(RunSpace.small("small"));
    space.awaitStep("small", EARLY);
    space.suspend("small", true); // for attempts of higher numbers
    space.awaitRun("small", "suspended", RunSpace.SOON, now -> RunSpace.is(now, "Suspended"));
    space.suspend("small", false);
    space.awaitRun("small", "a second attempt", RunSpace.SOON, now -> now.attempts().size() == 2);
    space.awaitStep("small", EARLY);
    remove("small");

    space.apply(RunSpace.small("small", Map.of("steps: 140", "steps: 141")));
    TrainingRunStatus refused = space.awaitFailed("small");
    assertThat(RunSpace.condition(refused, "Failed").orElseThrow().reason()).isEqualTo("Invalid");
    assertThat(RunSpace.message(refused, "Failed"))
        .contains(
            "exit code 2",
            "FolderInUse: /xfolds/runs/runs/"
                + space.namespace
                + "/small was started with plan digest",
            "give the run another name, or move the folder away");
    assertThat(RunSpace.reasons(refused)).containsExactly("Invalid");
    remove("small");

    space.apply(RunSpace.small("small"));
    TrainingRunStatus status = completeAsUndisturbed("small");
    assertThat(RunSpace.reasons(status))
        .as("its attempts count from 1, though the folder knows a second")
        .containsExactly("Done");
    assertThat(status.restartCount()).isZero();
  }

  /** The next run of the name comes before the objects of this one are gone. */
  private void remove(String name) {
    space.delete(name);
    await().atMost(RunSpace.SOON).until(() -> space.run(name) == null);
  }

  private void editJob(String name, String merge) {
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(space.namespace)
        .withName(name)
        .patch(RunSpace.MERGE, merge);
  }

  private Service service(String name) {
    return client.services().inNamespace(space.namespace).withName(name).get();
  }

  private ConfigMap changedPlan() {
    ConfigMap plan =
        client
            .configMaps()
            .inNamespace(space.namespace)
            .withLabel(RunNames.RUN_LABEL, "small")
            .list()
            .getItems()
            .getFirst();
    return new ConfigMapBuilder(plan).addToData("plan.json", "{}").build();
  }
}
