package dev.xfolds.operator.cli;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What lies below {@code --out} of one run, where docs/processes.md says.
 *
 * @param out output folder of the command
 */
record RunOutput(Path out, String run) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Path folder() {
    return out.resolve("trainer/runs/default").resolve(run);
  }

  Path checkpoints() {
    return folder().resolve("checkpoints");
  }

  Path logs() {
    return out.resolve("logs/default").resolve(run);
  }

  Path evaluations() {
    return out.resolve("evaluator/evaluations/default").resolve(run);
  }

  Path pod(String pod) {
    return out.resolve("objects/default").resolve(run).resolve("pods").resolve(pod);
  }

  /** Of a process that runs; waits until it does. */
  long pid(String pod) {
    Path file = pod(pod).resolve("pid");
    patiently(() -> Files.exists(file));
    return Long.parseLong(text(file).split(" ", 2)[0]);
  }

  void kill(String pod) {
    ProcessHandle.of(pid(pod)).orElseThrow().destroyForcibly();
  }

  /** Waits until the log tells of so many steps. */
  void awaitStep(int step) {
    patiently(() -> metrics().size() >= step);
  }

  static void patiently(Callable<Boolean> condition) {
    await().atMost(5, MINUTES).pollInterval(Duration.ofMillis(10)).until(condition);
  }

  /** The whole lines of metrics.jsonl. */
  List<String> metrics() {
    Path file = folder().resolve("metrics.jsonl");
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = text(file);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  /** Step and loss of each line, with every digit. */
  List<String> lossTrace() throws IOException {
    List<String> trace = new ArrayList<>();
    for (String line : metrics()) {
      JsonNode node = JSON.readTree(line);
      trace.add(node.required("step") + " " + node.required("loss"));
    }
    return trace;
  }

  /** Numbers of the steps that have a checkpoint, oldest first. */
  List<Integer> checkpointSteps() throws IOException {
    try (Stream<Path> files = Files.list(checkpoints())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("step-"))
          .map(name -> Integer.parseInt(name.substring("step-".length())))
          .sorted()
          .toList();
    }
  }

  Path checkpoint(int step) {
    return checkpoints().resolve("step-%08d".formatted(step));
  }

  /** Of the model in it: the same weights, the same digest. */
  String digest(int step) throws IOException {
    return JSON.readTree(checkpoint(step).resolve("manifest.json").toFile())
        .required("digest")
        .asText();
  }

  /** Reasons of all attempts, oldest first. */
  List<String> attempts() throws IOException {
    return JSON.readTree(
            out.resolve("objects/default").resolve(run).resolve("record.json").toFile())
        .required("attempts")
        .findValuesAsText("reason");
  }

  /** The lines of the stored answers of the run's one evaluation; none before it began. */
  List<String> answers() throws IOException {
    return find(evaluations(), "answers.jsonl").stream()
        .flatMap(file -> text(file).lines())
        .toList();
  }

  /** The scores of the run's one report. */
  JsonNode scores() throws IOException {
    List<Path> reports = find(evaluations(), "report.json");
    if (reports.size() != 1) {
      throw new IllegalStateException("one report expected, found " + reports);
    }
    return JSON.readTree(reports.getFirst().toFile()).findValue("scores");
  }

  private static List<Path> find(Path folder, String name) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith(name)).toList();
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
