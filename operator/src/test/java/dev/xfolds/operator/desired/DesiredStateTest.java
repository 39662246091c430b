package dev.xfolds.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.contract.v1.RunPlan;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class DesiredStateTest {
  private static final ClusterSettings SETTINGS = ClusterSettings.ofOneMachine();

  private final RunObjects vqaRad = DesiredState.of(Plans.vqaRad(), Plans.CERTIFICATES, SETTINGS);

  @Test
  void trainerJobIsTheOneWrittenDown() throws IOException {
    assertThat(ObjectYaml.of(List.of(TrainerJob.of(Plans.vqaRad(), SETTINGS, 3, 4))))
        .isEqualTo(golden("trainer-job.yaml"));
  }

  @Test
  void evaluatorPodAndItsPolicyAreTheOnesWrittenDown() throws IOException {
    assertThat(
            ObjectYaml.of(List.of(vqaRad.evaluator().orElseThrow(), vqaRad.policies().getLast())))
        .isEqualTo(golden("evaluator-pod.yaml"));
  }

  @Test
  void sameInputGivesTheSameBytes() {
    var again = DesiredState.of(Plans.vqaRad(), Plans.CERTIFICATES, SETTINGS);
    assertThat(ObjectYaml.of(again.inOrder())).isEqualTo(ObjectYaml.of(vqaRad.inOrder()));
  }

  @Test
  void everyObjectIsOwnedByTheTrainingRun() {
    List<HasMetadata> objects = new ArrayList<>(vqaRad.inOrder());
    objects.add(TrainerJob.of(Plans.vqaRad(), SETTINGS, 1, 1));
    assertThat(objects).hasSize(9);
    for (HasMetadata object : objects) {
      assertThat(object.getMetadata().getOwnerReferences())
          .singleElement()
          .satisfies(
              owner -> {
                assertThat(owner.getKind()).isEqualTo("TrainingRun");
                assertThat(owner.getUid()).isEqualTo("uid-1");
                assertThat(owner.getController()).isTrue();
              });
      assertThat(object.getMetadata().getLabels()).containsEntry("xfolds.dev/run", "vqa-rad");
      assertThat(object.getMetadata().getNamespace()).isEqualTo("default");
    }
  }

  @Test
  void everyObjectButTheJobIsAmongThoseThatAreRemoved() {
    RunNames names = RunNames.of(Plans.vqaRad());
    List<RunChildren.Child> made =
        vqaRad.inOrder().stream()
            .map(object -> new RunChildren.Child(object.getClass(), object.getMetadata().getName()))
            .toList();
    List<RunChildren.Child> removed = new ArrayList<>(RunChildren.of(names));
    assertThat(removed.getLast())
        .as("proves to the end that more is left")
        .isEqualTo(made.getFirst());
    assertThat(RunChildren.proofs(names)).contains(made.getFirst());
    assertThat(removed.remove(new RunChildren.Child(ConfigMap.class, names.formerPlanConfigMap())))
        .as("plan of an operator before 2026-12")
        .isTrue();
    assertThat(removed).containsExactlyInAnyOrderElementsOf(made);
  }

  @Test
  void trainerMountsNamedFilesAndNoFolderThatHoldsTheTestFile() {
    PodSpec trainer = trainer(Plans.vqaRad());
    assertThat(mountsOf(trainer, "data-xfolds-data"))
        .extracting(VolumeMount::getSubPath)
        .containsExactly("vqa-rad/data_RAD/trainset.json", "vqa-rad/images");
    String test = "vqa-rad/data_RAD/testset.json";
    for (VolumeMount mount : container(trainer).getVolumeMounts()) {
      if (mount.getSubPath() != null) {
        assertThat(test).doesNotStartWith(mount.getSubPath());
      }
    }
  }

  @Test
  void trainerNeverMountsTheEvaluatorsVolumeNorItsSecret() {
    for (RunPlan plan : List.of(Plans.vqaRad(), Plans.phantom("a"))) {
      assertThat(trainer(plan).getVolumes())
          .noneMatch(volume -> claim(volume).equals(Optional.of(SETTINGS.evaluatorClaim())))
          .noneMatch(
              volume ->
                  volume.getSecret() != null
                      && !volume.getSecret().getSecretName().endsWith("-trainer-tls"));
    }
  }

  @Test
  void evaluatorMountsNothingOfTheTrainersVolume() {
    assertThat(vqaRad.evaluator().orElseThrow().getSpec().getVolumes())
        .noneMatch(
            volume ->
                claim(volume).equals(Optional.of(Plans.vqaRad().getCheckpoint().getVolume())));
  }

  @Test
  void secretsAreNeverMountedBySubPath() {
    for (PodSpec pod :
        List.of(trainer(Plans.vqaRad()), vqaRad.evaluator().orElseThrow().getSpec())) {
      assertThat(mountsOf(pod, "tls"))
          .singleElement()
          .satisfies(mount -> assertThat(mount.getSubPath()).isNull());
    }
  }

  @Test
  void podsMeetTheRestrictedStandardWithoutAToken() {
    for (PodSpec pod :
        List.of(trainer(Plans.vqaRad()), vqaRad.evaluator().orElseThrow().getSpec())) {
      assertThat(pod.getAutomountServiceAccountToken()).isFalse();
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      var security = container(pod).getSecurityContext();
      assertThat(security.getAllowPrivilegeEscalation()).isFalse();
      assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
      assertThat(pod.getSecurityContext().getRunAsUser()).isNull();
    }
  }

  @Test
  void userAndGroupAreSetOnlyWhereTheClusterWantsThem() {
    ClusterSettings plain =
        new ClusterSettings(
            "xfolds-system",
            "t:1",
            "e:1",
            "store",
            OptionalLong.of(10001),
            SETTINGS.trainer(),
            SETTINGS.evaluator(),
            List.of(),
            java.util.Map.of(),
            List.of());
    var security =
        TrainerJob.of(Plans.vqaRad(), plain, 1, 1)
            .getSpec()
            .getTemplate()
            .getSpec()
            .getSecurityContext();
    assertThat(security.getFsGroup()).isEqualTo(10001);
    assertThat(security.getFsGroupChangePolicy()).isEqualTo("OnRootMismatch");
  }

  @Test
  void numberNamesTheJobAndItsPodsTellTheirAttempt() {
    Job job = TrainerJob.of(Plans.vqaRad(), SETTINGS, 7, 9);
    assertThat(job.getMetadata().getName()).isEqualTo("vqa-rad-trainer-7");
    assertThat(job.getSpec().getTemplate().getMetadata().getAnnotations())
        .containsEntry("xfolds.dev/attempt", "9");
    assertThat(container(job.getSpec().getTemplate().getSpec()).getArgs())
        .contains("--attempt=$(XFOLDS_ATTEMPT)");
    assertThat(job.getSpec().getBackoffLimit()).isZero();
  }

  @Test
  void runWithoutEvaluationsHasNoEvaluator() {
    RunPlan plan = Plans.phantom("a").toBuilder().clearEvaluations().build();
    RunObjects objects = DesiredState.of(plan, Plans.CERTIFICATES, SETTINGS);
    assertThat(objects.evaluator()).isEmpty();
    assertThat(objects.inOrder()).hasSize(4);
    assertThat(container(trainer(plan)).getArgs()).noneMatch(a -> a.startsWith("--evaluator"));
  }

  private static RunPlan workers(String name, int workers) {
    RunPlan.Builder plan = Plans.phantom(name).toBuilder();
    plan.getParallelismBuilder().setWorkers(workers);
    return plan.build();
  }

  @Test
  void workersOfOneRunMayTalkToEachOther() {
    NetworkPolicy policy = NetworkPolicies.of(workers("a", 4), SETTINGS).getFirst();
    assertThat(policy.getSpec().getIngress()).hasSize(2);
    assertThat(policy.getSpec().getIngress().getLast().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getPort().getIntVal()).isEqualTo(7445));
    assertThat(policy.getSpec().getEgress()).hasSize(3);
    assertThat(policy.getSpec().getEgress().getLast().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getPort().getIntVal()).isEqualTo(7445));
  }

  /** Kubernetes calls a pod of an Indexed Job JOB-INDEX, and its DNS has that below subdomain. */
  @Test
  void everyWorkerIsToldAllRanksByTheNamesThatTheirPodsKeep() {
    RunPlan plan = workers("a", 2);
    Job job = TrainerJob.of(plan, SETTINGS, 3, 5);
    PodSpec pod = job.getSpec().getTemplate().getSpec();
    RunObjects objects = DesiredState.of(plan, Plans.CERTIFICATES, SETTINGS);
    assertThat(job.getSpec().getCompletionMode()).isEqualTo("Indexed");
    assertThat(job.getSpec().getCompletions()).isEqualTo(2);
    assertThat(job.getSpec().getParallelism()).isEqualTo(2);
    assertThat(container(pod).getArgs())
        .contains("--peers=a-trainer-3-0.a-trainer:7445,a-trainer-3-1.a-trainer:7445");
    assertThat(container(pod).getPorts())
        .extracting(port -> port.getName() + " " + port.getContainerPort())
        .containsExactly("progress 7444", "health 8080", "peer 7445");
    assertThat(pod.getSubdomain()).isEqualTo(objects.trainerService().getMetadata().getName());
    assertThat(pod.getHostname()).as("the Job controller's").isNull();
    assertThat(job.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(objects.trainerService().getSpec().getSelector());
    assertThat(objects.trainerService().getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(container(trainer(workers("a", 1))).getArgs())
        .noneMatch(argument -> argument.startsWith("--peers"));
  }

  private static RunPlan ranks(String name, int workers, int ranksPerWorker) {
    RunPlan.Builder plan = workers(name, workers).toBuilder();
    plan.getParallelismBuilder().setRanksPerWorker(ranksPerWorker);
    return plan.build();
  }

  @Test
  void ranksOfOnePodHavePortsOfTheirOwn() {
    RunPlan plan = ranks("a", 2, 2);
    Job job = TrainerJob.of(plan, SETTINGS, 3, 5);
    Container container = container(job.getSpec().getTemplate().getSpec());
    assertThat(job.getSpec().getCompletions()).as("a pod for each worker").isEqualTo(2);
    assertThat(container.getArgs())
        .contains(
            "--peers=a-trainer-3-0.a-trainer:7445,a-trainer-3-0.a-trainer:7446,"
                + "a-trainer-3-1.a-trainer:7445,a-trainer-3-1.a-trainer:7446");
    assertThat(container.getPorts())
        .extracting(port -> port.getName() + " " + port.getContainerPort())
        .containsExactly("progress 7444", "health 8080", "peer 7445", "peer-1 7446");
    NetworkPolicy policy = NetworkPolicies.of(plan, SETTINGS).getFirst();
    assertThat(policy.getSpec().getIngress().getLast().getPorts())
        .extracting(port -> port.getPort().getIntVal())
        .containsExactly(7445, 7446);
    assertThat(policy.getSpec().getEgress().getLast().getPorts())
        .extracting(port -> port.getPort().getIntVal())
        .containsExactly(7445, 7446);
  }

  @Test
  void ranksOfAPodAloneListenToNobodyElse() {
    RunPlan plan = ranks("a", 1, 2);
    assertThat(container(trainer(plan)).getArgs())
        .contains("--peers=127.0.0.1:7445,127.0.0.1:7446");
    assertThat(NetworkPolicies.of(plan, SETTINGS))
        .isEqualTo(NetworkPolicies.of(Plans.phantom("a"), SETTINGS));
  }

  @Test
  void podHasTheMemoryOfItsRanks() {
    String one = Pods.trainerMemory(ranks("a", 2, 1), SETTINGS.trainer());
    String three = Pods.trainerMemory(ranks("a", 2, 3), SETTINGS.trainer());
    assertThat(Quantity.getAmountInBytes(new Quantity(three)).doubleValue())
        .isCloseTo(
            3 * Quantity.getAmountInBytes(new Quantity(one)).doubleValue(),
            within(3.0 * (1 << 20)));
  }

  /** Linux takes no argument of 128 KiB. */
  @Test
  void mostRanksWithTheLongestNamesFitIntoAnArgument() {
    RunPlan plan = ranks("a".repeat(40), 64, 16);
    List<String> peers = TrainerJob.peers(plan, 999_999_999);
    assertThat(peers).hasSize(1024).doesNotHaveDuplicates();
    assertThat("--peers=" + String.join(",", peers)).hasSizeLessThan(128 << 10);
  }

  @Test
  void hostOfEveryWorkerIsALabelThatDnsTakes() {
    RunNames names = RunNames.of(workers("a".repeat(40), 64));
    assertThat(names.workerHost(999_999_999, 63).split("\\.", -1))
        .allSatisfy(label -> assertThat(label).hasSizeLessThanOrEqualTo(63));
  }

  private static PodSpec trainer(RunPlan plan) {
    return TrainerJob.of(plan, SETTINGS, 1, 1).getSpec().getTemplate().getSpec();
  }

  private static Container container(PodSpec pod) {
    return pod.getContainers().getFirst();
  }

  private static List<VolumeMount> mountsOf(PodSpec pod, String volume) {
    return container(pod).getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(volume))
        .toList();
  }

  private static Optional<String> claim(Volume volume) {
    return Optional.ofNullable(volume.getPersistentVolumeClaim())
        .map(source -> source.getClaimName());
  }

  private static String golden(String name) throws IOException {
    try (InputStream stream = DesiredStateTest.class.getResourceAsStream(name)) {
      return stream == null
          ? "no resource " + name
          : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
