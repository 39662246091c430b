package dev.xfolds.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.TrainingRunFile;
import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.plan.FilePlan;
import dev.xfolds.operator.plan.Options;
import dev.xfolds.operator.tls.CertificateIssuer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole run by real processes on files of VQA-RAD's format whose test answers are a canary: it is
 * in nothing that the trainer's process is given, opens or writes. What it receives by wire is
 * searched by the evaluator's {@code CanaryIT}.
 *
 * <p>The evaluator refuses other data than its task's, by digest. So its image gets another task
 * file here, with the digests of these data: the evaluator itself names them as it refuses.
 */
@Timeout(300)
final class CanaryPathIT {
  private static final String CANARY = "Xyzzy canary of the test";
  private static final Path HOME =
      Path.of(System.getProperty("xfolds.root", "..")).toAbsolutePath().normalize();
  private static final Pattern DIGESTS =
      Pattern.compile("must be ([0-9a-f]{64}), was ([0-9a-f]{64});");
  private static final int TEST_QUESTIONS = 6;

  private static final String RUN =
      """
      apiVersion: xfolds.dev/v1alpha1
      kind: TrainingRun
      metadata: {name: vqa-rad}
      spec:
        model:
          vqaClassifier:
            image: {preset: tiny-rn}
            fusion: {stacked: {hops: 1}}
            answers: 4
        data:
          - name: train
            format: vqa-rad
            volume: xfolds-data
            files: {questions: vqa-rad/data_RAD/trainset.json, images: vqa-rad/images}
        training:
          steps: 6
          batchSize: 4
          threads: 1
          dataThreads: 1
          optimizer: {adam: {learningRate: "0.001"}}
        checkpoint: {everySteps: 2}
        evaluation:
          - {task: vqa-rad@1, volume: xfolds-data}
      """;

  @TempDir private Path folder;

  private final Map<String, String> seen = new TreeMap<>();
  private final List<Path> opened = new ArrayList<>();
  private final List<String> vanished = new ArrayList<>();

  @Test
  void trainerIsNeverNearAnAnswerOfTheTest() throws IOException {
    writeData();
    for (int digest = 0; digest < 2; digest++) {
      RunResult refused = run();
      assertThat(refused.verdict())
          .isInstanceOfSatisfying(
              Verdict.Failed.class,
              failed -> assertThat(failed.message()).contains("vqa-rad@1: ", "digest of"));
      assertThat(opened).as("no trainer was started").isEmpty();
      acceptDigest(((Verdict.Failed) refused.verdict()).message());
    }
    RunResult result = run();
    assertThat(result.verdict())
        .as(String.join("\n", result.logTail()))
        .isEqualTo(new Verdict.Succeeded());
    assertThat(result.reports())
        .singleElement()
        .satisfies(report -> assertThat(holds(report.toString())).isFalse());

    assertThat(seen.keySet()).as("read of it, but %s", vanished).contains("environ", "cmdline");
    assertThat(seen).allSatisfy((name, text) -> assertThat(holds(text)).as(name).isFalse());
    assertThat(opened)
        .anyMatch(path -> path.endsWith("trainer-1.log"))
        .noneMatch(path -> path.endsWith("testset.json"))
        .noneMatch(path -> path.startsWith(folder.resolve("out/evaluator")));
    Path objects = folder.resolve("out/objects/default/vqa-rad");
    List<Path> given =
        Stream.of(
                objects.resolve("pods/trainer"),
                objects.resolve("trainer-job.yaml"),
                objects.resolve("objects.yaml"),
                folder.resolve("out/trainer"),
                folder.resolve("out/logs/default/vqa-rad/trainer-1.log"))
            .flatMap(CanaryPathIT::files)
            .toList();
    assertThat(given)
        .extracting(path -> path.getFileName().toString())
        .contains("plan.json", "tls.key", "trainset.json", "synpic0.png", "metrics.jsonl")
        .contains("model.safetensors", "answers.txt", "finished.json", "trainer-1.log")
        .anyMatch(name -> name.startsWith("events.out.tfevents."));
    assertThat(given).noneMatch(CanaryPathIT::holds);
    // The search finds it where it is.
    assertThat(files(folder.resolve("out/evaluator"))).anyMatch(CanaryPathIT::holds);
    assertThat(files(objects.resolve("pods/evaluator/root"))).anyMatch(CanaryPathIT::holds);
  }

  private void writeData() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data/vqa-rad/data_RAD"));
    Files.writeString(data.resolve("trainset.json"), questions(12, "a cyst"));
    Files.writeString(data.resolve("testset.json"), questions(TEST_QUESTIONS, CANARY));
    Path images = Files.createDirectories(folder.resolve("data/vqa-rad/images"));
    for (int i = 0; i < 3; i++) {
      BufferedImage image = new BufferedImage(80, 64, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setSample(8 * i, i, 0, 200);
      ImageIO.write(image, "png", images.resolve("synpic%d.png".formatted(i)).toFile());
    }
    writeTask(Files.readString(HOME.resolve("evaluator/src/main/resources").resolve(task())));
  }

  private static String questions(int count, String answer) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          """
          {"qid": %d, "image_name": "synpic%d.png", "image_organ": "HEAD", "question": "what is shown in %d?",
           "question_type": "PRES", "phrase_type": "freeform", "answer": "%s", "answer_type": "OPEN",
           "question_rephrase": "NULL"}
          """
              .formatted(i, i % 3, i, answer));
    }
    return "[" + String.join(",", rows) + "]";
  }

  private static String task() {
    return "tasks/vqa-rad/1.yaml";
  }

  private void writeTask(String text) throws IOException {
    Path file = folder.resolve("catalogue").resolve(task());
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.replaceAll("questions: (451|308)\n", "questions: 6\n"));
  }

  /** Puts the digest that the evaluator met where its task has another. */
  private void acceptDigest(String refusal) throws IOException {
    Matcher digests = DIGESTS.matcher(refusal);
    assertThat(digests.find()).as(refusal).isTrue();
    Path file = folder.resolve("catalogue").resolve(task());
    String text = Files.readString(file);
    assertThat(text).contains(digests.group(1));
    writeTask(text.replace(digests.group(1), digests.group(2)));
  }

  private RunResult run() throws IOException {
    RunPlan plan =
        FilePlan.of(TrainingRunFile.parse(RUN), Options.DEFAULT).runs().getFirst().plan();
    ModuleImages images = new ModuleImages(HOME, Path.of(System.getProperty("java.home")));
    LocalContext context =
        new LocalContext(
            new OutputFolder(folder.resolve("out")),
            new HostVolumes(Map.of("xfolds-data", folder.resolve("data"))),
            (image, command, memory) -> withCatalogue(images.command(image, command, memory)),
            new CertificateIssuer(Clock.systemUTC(), new SecureRandom(), Duration.ofDays(1)),
            RestartPolicy.ofOneMachine(),
            new StopSignal(),
            listener(),
            Clock.systemUTC(),
            HttpClient.newHttpClient(),
            System.getenv(),
            Duration.ofMillis(20));
    return new LocalRunner(context)
        .run(List.of(new LocalRun(plan, ClusterSettings.ofOneMachine())))
        .getFirst();
  }

  /** The evaluator's class path begins with the test's own task files. */
  private List<String> withCatalogue(List<String> command) {
    List<String> changed = new ArrayList<>(command);
    if (changed.getLast().endsWith(".ServeMain")) {
      changed.replaceAll(
          word ->
              word.contains("xfolds-evaluator") ? folder.resolve("catalogue") + ":" + word : word);
    }
    return changed;
  }

  private RunListener listener() {
    return new RunListener() {
      @Override
      public void observed(Observation observation) {
        Path pid = folder.resolve("out/objects/default/vqa-rad/pods/trainer/pid");
        try {
          if (Files.exists(pid)) {
            look(Path.of("/proc").resolve(Files.readString(pid).split(" ", 2)[0]));
          }
        } catch (IOException e) {
          vanished.add(e.toString()); // a process or a descriptor that is gone again
        }
      }

      @Override
      public void note(String run, String message) {}
    };
  }

  private void look(Path process) throws IOException {
    for (String file : List.of("environ", "cmdline")) {
      seen.merge(file, Files.readString(process.resolve(file)), String::concat);
    }
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      for (Path descriptor : descriptors.toList()) {
        opened.add(Files.readSymbolicLink(descriptor));
      }
    }
  }

  private static Stream<Path> files(Path root) {
    try (Stream<Path> files = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holds(Path file) {
    try {
      return holds(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holds(String text) {
    return text.toLowerCase(Locale.ROOT).contains("xyzzy");
  }
}
