package dev.xfolds.operator.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.desired.DesiredState;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.desired.RunObjects;
import dev.xfolds.operator.desired.TrainerJob;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process can read: every file that a trainer of a VQA-RAD run gets mounted, and whether an
 * answer is among them.
 */
final class TrainerMountsIT {
  private static final String CANARY = "canary-7b1f0c";
  private static final ClusterSettings SETTINGS = ClusterSettings.ofOneMachine();

  @TempDir private Path folder;
  private Path data;
  private HostVolumes volumes;

  @BeforeEach
  void writeData() throws IOException {
    data = folder.resolve("data");
    Path questions = Files.createDirectories(data.resolve("vqa-rad/data_RAD"));
    Files.writeString(questions.resolve("trainset.json"), "[{\"answer\": \"lung\"}]");
    Files.writeString(questions.resolve("testset.json"), "[{\"answer\": \"" + CANARY + "\"}]");
    Files.writeString(data.resolve("vqa-rad/public.json"), "[{\"answer\": \"" + CANARY + "\"}]");
    Files.createDirectories(data.resolve("vqa-rad/images"));
    Files.writeString(data.resolve("vqa-rad/images/a.jpg"), "pixels");
    OutputFolder output = new OutputFolder(folder.resolve("out"));
    Path store = Files.createDirectories(output.evaluatorVolume().resolve("evaluations"));
    Files.writeString(store.resolve("answers.jsonl"), CANARY);
    volumes = new HostVolumes(Map.of("xfolds-data", data)).with(Plans.vqaRad(), SETTINGS, output);
  }

  @Test
  void noFileThatATrainerCanReadHoldsTheAnswerOfATestQuestion() throws IOException {
    Sandbox sandbox = trainer(Plans.vqaRad());
    List<Path> readable = walk(sandbox.root());
    assertThat(readable)
        .extracting(path -> sandbox.root().relativize(path).toString())
        .contains(
            "etc/xfolds/plan/plan.json",
            "etc/xfolds/tls/tls.key",
            "xfolds/volumes/xfolds-data/vqa-rad/data_RAD/trainset.json",
            "xfolds/volumes/xfolds-data/vqa-rad/images/a.jpg");
    for (Path file : readable) {
      assertThat(Files.readString(file)).as(file.toString()).doesNotContain(CANARY);
    }
  }

  @Test
  void canaryIsFoundWhereTheEvaluatorReads() throws IOException {
    RunObjects objects = DesiredState.of(Plans.vqaRad(), Plans.CERTIFICATES, SETTINGS);
    Sandbox sandbox =
        Sandbox.layOut(
            folder.resolve("evaluator"),
            objects.evaluator().orElseThrow().getSpec(),
            Map.of("vqa-rad-plan-uid", objects.plan()),
            Map.of("vqa-rad-evaluator-tls", objects.evaluatorTls().orElseThrow()),
            volumes);
    long found = 0;
    for (Path file : walk(sandbox.root())) {
      found += Files.readString(file).contains(CANARY) ? 1 : 0;
    }
    assertThat(found).isEqualTo(3);
  }

  @Test
  void nothingThatATrainerIsToldLeadsToTheTestFile() throws IOException {
    PodSpec pod = pod(Plans.vqaRad());
    ProcessSpec process =
        ProcessSpec.of(
            pod,
            trainer(Plans.vqaRad()),
            PortMap.allocate(pod),
            Map.of("vqa-rad-evaluator:7443", "127.0.0.1:4321"),
            (_, _, _) -> List.of("java"),
            Map.of("PATH", "/bin", "XFOLDS_DATA", data.toString()),
            Map.of("JOB_COMPLETION_INDEX", "0"));
    assertThat(process.environment())
        .doesNotContainKey("XFOLDS_DATA")
        .containsEntry("PATH", "/bin");
    assertThat(process.command())
        .noneMatch(argument -> argument.contains(data.toString()))
        .contains("--evaluator=127.0.0.1:4321")
        .contains("--runs=" + folder.resolve("out/trainer"))
        .anyMatch(a -> a.matches("--volume=xfolds-data=.*/root/xfolds/volumes/xfolds-data"))
        .noneMatch(a -> a.equals("--progress-port=7444") || a.contains("=/etc/"));
    for (String argument : process.command()) {
      Path path = Path.of(argument.substring(argument.lastIndexOf('=') + 1));
      assertThat(path.resolve("vqa-rad/data_RAD/testset.json")).doesNotExist();
      assertThat(path.resolve("testset.json")).doesNotExist();
    }
  }

  @Test
  void privateKeyIsReadableByItsOwnerOnly() throws IOException {
    Path key = trainer(Plans.vqaRad()).root().resolve("etc/xfolds/tls/tls.key");
    assertThat(Files.getPosixFilePermissions(key)).hasSize(2);
  }

  @Test
  void missingEmptyAndUnmappedDataAreToldByField() throws IOException {
    HostVolumes given = new HostVolumes(Map.of("xfolds-data", data));
    assertThat(DataPaths.problems(Plans.vqaRad(), given)).isEmpty();
    Files.writeString(data.resolve("vqa-rad/data_RAD/trainset.json"), "");
    Files.delete(data.resolve("vqa-rad/images/a.jpg"));
    assertThat(DataPaths.problems(Plans.vqaRad(), given))
        .containsExactly(
            "spec.data[0].files.images: %s/vqa-rad/images is an empty folder (volume xfolds-data is %s; set XFOLDS_DATA or --volume xfolds-data=DIR)"
                .formatted(data, data),
            "spec.data[0].files.questions: %s/vqa-rad/data_RAD/trainset.json is empty (volume xfolds-data is %s; set XFOLDS_DATA or --volume xfolds-data=DIR)"
                .formatted(data, data));
    Files.delete(data.resolve("vqa-rad/images"));
    assertThat(DataPaths.problems(Plans.vqaRad(), given).getFirst()).contains("does not exist");
    assertThat(DataPaths.problems(Plans.vqaRad(), new HostVolumes(Map.of())))
        .hasSize(3)
        .last()
        .isEqualTo(
            "spec.evaluation[0].volume: volume xfolds-data has no folder on this machine; add --volume xfolds-data=DIR");
  }

  @Test
  void mountOfAFileThatIsNotThereIsRefused() throws IOException {
    Files.delete(data.resolve("vqa-rad/data_RAD/trainset.json"));
    assertThatThrownBy(() -> trainer(Plans.vqaRad()))
        .isInstanceOf(LocalException.class)
        .hasMessageContaining("trainset.json does not exist");
  }

  private Sandbox trainer(RunPlan plan) throws IOException {
    RunObjects objects = DesiredState.of(plan, Plans.CERTIFICATES, SETTINGS);
    return Sandbox.layOut(
        folder.resolve("trainer"),
        pod(plan),
        Map.of("vqa-rad-plan-uid", objects.plan()),
        Map.of("vqa-rad-trainer-tls", objects.trainerTls()),
        volumes);
  }

  private static PodSpec pod(RunPlan plan) {
    return TrainerJob.of(plan, SETTINGS, 1, 1).getSpec().getTemplate().getSpec();
  }

  private static List<Path> walk(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
