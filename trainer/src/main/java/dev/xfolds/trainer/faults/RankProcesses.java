package dev.xfolds.trainer.faults;

import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Trainers of one run as processes, which all write into one log. None outlives this. */
public final class RankProcesses implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration PROBE = Duration.ofSeconds(3);
  private static final Duration LOOK = Duration.ofMillis(5);

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
  private final Class<?> trainer;

  /**
   * Starts nothing yet.
   *
   * @param folder for plan and log, which has none yet
   * @param runs root of the trainer's volume
   * @param tls certificate of all ranks
   * @param trainer the trainer's main class
   */
  public RankProcesses(Path folder, Path runs, Path tls, Class<?> trainer) {
    this.folder = folder;
    this.runs = runs;
    this.tls = tls;
    this.trainer = trainer;
  }

  public Path log() {
    return folder.resolve("log");
  }

  /** All that the processes have said so far. */
  public String said() throws IOException {
    return Files.readString(log());
  }

  /** A trainer's arguments for a plan, without its peers, with ports that nobody knows. */
  public Map<String, String> options(RunPlan plan, long attempt) throws IOException {
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

  /** As a command line has them. */
  public static String[] arguments(Map<String, String> options) {
    return options.entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .toArray(String[]::new);
  }

  /** A rank and where it answers probes. */
  record Rank(Process process, int healthPort) {}

  /** All ranks of a plan. */
  List<Rank> startAll(RunPlan plan, long attempt) throws IOException {
    int size = plan.getParallelism().getWorkers();
    List<Integer> ports = freePorts(2 * size);
    Map<String, String> options = options(plan, attempt);
    if (size > 1) {
      options.put(
          "--peers",
          String.join(
              ",",
              ports.subList(size, 2 * size).stream().map(port -> "127.0.0.1:" + port).toList()));
    }
    List<Rank> ranks = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      options.put("--health-port", Integer.toString(ports.get(rank)));
      ranks.add(new Rank(start(options, rank), ports.get(rank)));
    }
    return ranks;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<Integer> ports = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(free);
      ports.add(free.getLocalPort());
    }
    for (ServerSocket one : held) {
      one.close();
    }
    return ports;
  }

  /** One process. */
  public Process start(Map<String, String> options, int rank) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(trainer.getName());
    command.addAll(List.of(arguments(options)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put("JOB_COMPLETION_INDEX", Integer.toString(rank));
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /**
   * Waits until a process has written the line of a step.
   *
   * @param metrics its metrics.jsonl
   * @throws IllegalStateException if it ends before, or takes longer than five minutes
   */
  public void awaitStep(Process process, Path metrics, long step)
      throws IOException, InterruptedException {
    long from = System.nanoTime();
    while (step > stepOf(metrics)) {
      if (process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)
          || System.nanoTime() - from > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "rank 0 must reach step %d within %d s, %s"
                .formatted(
                    step,
                    PATIENCE.toSeconds(),
                    process.isAlive() ? "runs on" : "ended with " + process.exitValue()));
      }
    }
  }

  private static long stepOf(Path metrics) throws IOException {
    if (!Files.exists(metrics)) {
      return 0;
    }
    String text = Files.readString(metrics);
    int end = text.lastIndexOf('\n');
    return end < 0 ? 0 : Trace.step(text.substring(text.lastIndexOf('\n', end - 1) + 1, end));
  }

  /**
   * How all of them end; 128 + its number after a signal. Who does not end within five minutes gets
   * SIGKILL.
   */
  static List<Integer> codes(List<Rank> ranks) throws InterruptedException {
    List<Integer> codes = new ArrayList<>();
    for (Rank rank : ranks) {
      if (!rank.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        rank.process().destroyForcibly();
      }
      codes.add(rank.process().waitFor());
    }
    return codes;
  }

  /** Sends STOP, which the JDK cannot. */
  static void freeze(Rank rank) throws IOException, InterruptedException {
    String pid = Long.toString(rank.process().pid());
    if (new ProcessBuilder("sh", "-c", "kill -STOP \"$0\"", pid).start().waitFor() != 0) {
      throw new IllegalStateException("process %s cannot be stopped".formatted(pid));
    }
  }

  /** Asks its probe, as a kubelet does. */
  static boolean isAlive(Rank rank) throws InterruptedException {
    URI uri = URI.create("http://127.0.0.1:%d/livez".formatted(rank.healthPort()));
    HttpClient client = HttpClient.newHttpClient();
    try {
      return client
              .send(
                  HttpRequest.newBuilder(uri).timeout(PROBE).build(),
                  HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } finally {
      client.shutdownNow();
    }
  }

  @Override
  public void close() {
    started.forEach(Process::destroyForcibly);
    started.forEach(process -> process.onExit().join());
  }
}
