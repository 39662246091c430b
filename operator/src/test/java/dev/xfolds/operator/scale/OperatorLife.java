package dev.xfolds.operator.scale;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One process of the operator, as its pod would have it: the application of the image, its options,
 * its settings, its memory limit, and the rights of its account.
 */
final class OperatorLife implements AutoCloseable {
  private static final URI METRICS = URI.create("http://127.0.0.1:8080/metrics");
  private static final Duration TO_END = Duration.ofSeconds(60);
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);

  private final Process process;
  private final Path log;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TO_ANSWER).build();

  private OperatorLife(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts one.
   *
   * @param name of its pod: its identity in the election of the leader
   */
  static OperatorLife start(Bench bench, String name) {
    Path log = bench.work().resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command(bench)).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().retainAll(Set.of("PATH", "HOME", "LANG"));
    builder.environment().putAll(settings(bench));
    builder.environment().put("XFOLDS_POD_NAME", name);
    try {
      return new OperatorLife(builder.start(), log);
    } catch (IOException e) {
      throw new ScaleException("the operator could not be started", e);
    }
  }

  private static List<String> command(Bench bench) {
    List<String> command = new ArrayList<>();
    if (!bench.group().isEmpty()) {
      command.addAll(
          List.of("sh", "-ec", "echo $$ >\"$0\"/cgroup.procs; exec \"$@\"", bench.group()));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(bench.operatorOptions());
    // As images/LauncherFile has it; without a limit of its own the JVM is told what it would do.
    command.addAll(
        bench.group().isEmpty()
            ? List.of("-Xmx256m", "-XX:+UseSerialGC")
            : List.of("-XX:MaxRAMPercentage=50"));
    command.addAll(
        List.of(
            "-Duser.home=/tmp",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Djdk.net.hosts.file=" + bench.hosts(),
            "-jar",
            bench.operatorJar()));
    return command;
  }

  private static Map<String, String> settings(Bench bench) {
    Map<String, String> settings =
        new TreeMap<>(
            bench
                .client()
                .configMaps()
                .inNamespace(Bench.SYSTEM)
                .withName(Bench.OPERATOR)
                .get()
                .getData());
    settings.put("XFOLDS_NAMESPACE", Bench.SYSTEM);
    settings.put("KUBECONFIG", bench.operatorKubeconfig());
    return settings;
  }

  /** Waits until it leads. */
  Instant awaitLeading(Duration atMost) {
    return Await.until(atMost, this::leads, "the operator leads, see " + log);
  }

  boolean leads() {
    return metrics()
        .filter(text -> Scrape.sum(text, "xfolds_operator_leader", Map.of()) == 1)
        .isPresent();
  }

  /** Passes over runs since it began. */
  double passes() {
    String text = metrics().orElseThrow(() -> new ScaleException("no answer from " + METRICS));
    return Scrape.sum(text, "xfolds_operator_reconcile_seconds_count", Map.of());
  }

  /** Passes that threw. */
  double failedPasses() {
    String text = metrics().orElseThrow(() -> new ScaleException("no answer from " + METRICS));
    return Scrape.sum(text, "xfolds_operator_reconcile_seconds_count", Map.of("result", "error"));
  }

  ProcessMemory memory() {
    mustLive();
    return ProcessMemory.of(process.pid());
  }

  /**
   * True, for a condition that is awaited.
   *
   * @throws ScaleException if the process has ended
   */
  boolean mustLive() {
    if (!lives()) {
      throw new ScaleException(
          "the operator ended with code %d, see %s".formatted(process.exitValue(), log));
    }
    return true;
  }

  boolean lives() {
    return process.isAlive();
  }

  /** SIGTERM, as a kubelet sends it first; waits for the end. */
  void terminate() {
    process.destroy();
    awaitEnd();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  @Override
  public void close() {
    if (lives()) {
      kill();
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(TO_END.toSeconds(), TimeUnit.SECONDS)) {
        throw new ScaleException(
            "not within %d s: the operator's process ends".formatted(TO_END.toSeconds()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ScaleException("interrupted", e);
    }
  }

  /** Empty if it does not answer (yet). */
  private Optional<String> metrics() {
    mustLive();
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(METRICS).timeout(TO_ANSWER).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ScaleException("interrupted", e);
    }
  }
}
