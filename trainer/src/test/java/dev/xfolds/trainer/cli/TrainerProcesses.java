package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.WorldSize;
import dev.xfolds.trainer.train.Attempts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Trainers of one run as processes, which all write into one log. */
final class TrainerProcesses implements AutoCloseable {

  private static final Duration LONG = Duration.ofMinutes(3);

  private static final List<String> JVM =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dai.djl.offline=true",
          "-DOPT_OUT_TRACKING=true",
          "-Djava.awt.headless=true",
          "-XX:TieredStopAtLevel=1");

  private final List<Process> started = new ArrayList<>();
  private final Path folder;
  private final Path tls;
  private final Path runs;

  /** In a folder that has none yet. */
  TrainerProcesses(Path folder, Path tls) throws IOException {
    this.folder = folder;
    this.tls = tls;
    this.runs = Files.createDirectories(folder.resolve("runs"));
  }

  Path runs() {
    return runs;
  }

  Path log() {
    return folder.resolve("log");
  }

  String said() throws IOException {
    return Files.readString(log());
  }

  Map<String, String> options(RunPlan plan, long attempt) throws IOException {
    Path file = folder.resolve("plan.json");
    Files.writeString(file, JsonFormat.printer().print(plan));
    Map<String, String> options = new TreeMap<>();
    options.put("--plan", file.toString());
    options.put("--tls", tls.toString());
    options.put("--runs", runs.toString());
    options.put("--progress-port", "0");
    options.put("--health-port", "0");
    options.put("--attempt", Long.toString(attempt));
    return options;
  }

  static String[] arguments(Map<String, String> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .toArray(String[]::new);
  }

  /** All workers of a plan, which start their ranks where they have several. */
  List<Process> startAll(RunPlan plan, long attempt) throws IOException {
    WorldSize size = WorldSize.of(plan);
    Map<String, String> options = options(plan, attempt);
    if (size.ranks() > 1) {
      options.put("--peers", peers(size.ranks()));
    }
    List<Process> processes = new ArrayList<>();
    for (int worker = 0; worker < size.workers(); worker++) {
      processes.add(start(options, worker));
    }
    return processes;
  }

  static String peers(int ranks) throws IOException {
    List<String> peers = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(free);
      peers.add("127.0.0.1:" + free.getLocalPort());
    }
    for (ServerSocket one : held) {
      one.close();
    }
    return String.join(",", peers);
  }

  Process start(Map<String, String> options, int worker) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(TrainerMain.class.getName());
    command.addAll(List.of(arguments(options)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put("JOB_COMPLETION_INDEX", Integer.toString(worker));
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** Waits until a process that trains has so many lines in its metrics. */
  static void awaitLines(Process process, Attempts attempts, int lines) {
    Path metrics = attempts.folder().resolve("metrics.jsonl");
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                !process.isAlive()
                    || (Files.exists(metrics) && Files.readAllLines(metrics).size() >= lines));
    assertThat(process.isAlive()).isTrue();
  }

  @Override
  public void close() {
    started.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
    started.forEach(Process::destroyForcibly);
  }
}
