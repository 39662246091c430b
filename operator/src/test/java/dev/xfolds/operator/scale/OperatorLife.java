package dev.xfolds.operator.scale;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One process of the operator, as its pod would have it: the application of the image, its options,
 * its settings, its memory limit, and the rights of its account.
 */
final class OperatorLife implements AutoCloseable {
  /** Pods have an address each; processes here have a port each, from this one on. */
  private static final int PORT = 8080;

  private static final Duration TO_DIE = Duration.ofSeconds(10);

  private final Process process;
  private final Path log;
  private final Duration grace;
  private final OperatorNumbers numbers;
  private final CompletableFuture<Instant> ended;

  private OperatorLife(Process process, Path log, Duration grace, OperatorNumbers numbers) {
    this.process = process;
    this.log = log;
    this.grace = grace;
    this.numbers = numbers;
    this.ended = process.onExit().thenApply(_ -> Instant.now());
  }

  /**
   * Starts one.
   *
   * @param number of the life, from 1: its name, and so its identity in the election of the leader
   */
  static OperatorLife start(Bench bench, int number) {
    String name = "operator-" + number;
    int port = PORT + number;
    Path log = bench.work().resolve(name + ".log");
    PodSettings pod = PodSettings.of(bench.client());
    ProcessBuilder builder =
        new ProcessBuilder(OperatorCommand.of(bench, pod, name))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().keySet().retainAll(Set.of("PATH", "HOME", "LANG"));
    builder.environment().putAll(pod.environment());
    builder.environment().put("XFOLDS_NAMESPACE", Bench.SYSTEM);
    builder.environment().put("XFOLDS_POD_NAME", name);
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
    builder.environment().put("KUBECONFIG", bench.operatorKubeconfig());
    try {
      return new OperatorLife(builder.start(), log, pod.grace(), new OperatorNumbers(port));
    } catch (IOException e) {
      throw new ScaleException("the operator could not be started", e);
    }
  }

  /** Waits until it leads. */
  Instant awaitLeading(Duration atMost) {
    return Await.until(
        atMost, () -> mustLive() && numbers.leads(), "the operator leads, see " + log);
  }

  /** What it says of itself. */
  OperatorNumbers numbers() {
    mustLive();
    return numbers;
  }

  ProcessMemory memory() {
    mustLive();
    return ProcessMemory.of(process.pid());
  }

  /** What it has used of processors. */
  Duration processors() {
    mustLive();
    return process.info().totalCpuDuration().orElseThrow();
  }

  boolean lives() {
    return process.isAlive();
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

  /** Between the signals to end. */
  Duration grace() {
    return grace;
  }

  /** SIGTERM, and SIGKILL after the period of grace, as a kubelet does. */
  void terminate() {
    process.destroy();
    CompletableFuture.delayedExecutor(grace.toMillis(), TimeUnit.MILLISECONDS)
        .execute(process::destroyForcibly);
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits for its end, which it has been told to come to. */
  Instant awaitEnd() {
    Await.until(grace.plus(TO_DIE), ended::isDone, "the operator's process ends, see " + log);
    return ended.join();
  }

  @Override
  public void close() {
    kill();
  }
}
