package dev.xfolds.operator.e2e;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The cluster of ../shared/cluster that CLUSTER_RUN names: its processes, its node, its etcd. */
final class LabCluster {
  private static final String ETCD = "http://127.0.0.1:2379/v3/kv/";
  private static final Pattern REVISION = Pattern.compile("\"revision\":\"(\\d+)\"");

  private final Path run;

  private LabCluster(Path run) {
    this.run = run;
  }

  static Optional<LabCluster> here() {
    return Optional.ofNullable(System.getenv("CLUSTER_RUN"))
        .map(Path::of)
        .filter(run -> Files.isReadable(run.resolve("holder.pid")))
        .map(LabCluster::new);
  }

  static LabCluster orSkip() {
    Optional<LabCluster> here = here();
    if (here.isEmpty()) {
      RealCluster.skip("CLUSTER_RUN names no cluster whose namespaces can be entered");
    }
    return here.orElseThrow();
  }

  /** That CLUSTER_RUN names. */
  Path folder() {
    return run;
  }

  /** Runs a command on the node, and gives what it says. */
  String inside(String... command) {
    try {
      Process process = entering(List.of(command)).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The API server takes connections and does not answer, until it is let go on. */
  void freezeApiServer() {
    signal("-STOP", apiServer());
  }

  void thawApiServer(KubernetesClient client) {
    ProcessHandle server = apiServer();
    signal("-CONT", server);
    server.parent().ifPresent(entered -> signal("-CONT", entered)); // nsenter stops with its child
    awaitApiServer(client);
  }

  /** Kills the API server, and starts it again with what it was started with. */
  void restartApiServer(KubernetesClient client) {
    ProcessHandle server = apiServer();
    List<String> command = command(server);
    server.destroyForcibly();
    server.onExit().join();
    Path log = run.resolve("log").resolve("apiserver.log");
    try {
      Process entered =
          entering(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      Files.writeString( // for down.sh
          run.resolve("pids"), entered.pid() + " apiserver\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitApiServer(client);
  }

  /** Makes etcd forget all history: nobody can go on from a resource version of before. */
  void compactHistory() {
    String revision =
        REVISION
            .matcher(inside("curl", "-sS", ETCD + "range", "-d", "{\"key\":\"eA==\"}"))
            .results()
            .map((MatchResult found) -> found.group(1))
            .findFirst()
            .orElseThrow();
    String said =
        inside(
            "curl",
            "-sS",
            ETCD + "compaction",
            "-d",
            "{\"revision\":\"%s\",\"physical\":true}".formatted(revision));
    if (!said.contains("revision")) {
      throw new IllegalStateException("etcd: " + said);
    }
  }

  static void signal(String signal, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitApiServer(KubernetesClient client) {
    await("the API server answers")
        .atMost(RunSpace.SOON)
        .ignoreExceptions()
        .until(() -> "ok".equals(client.raw("/readyz")));
  }

  /** Another cluster of the lab may have one too. */
  private ProcessHandle apiServer() {
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              List<String> command = command(process);
              return command.getFirst().endsWith("/kube-apiserver")
                  && command.contains(run + "/pki/apiserver.crt");
            })
        .findFirst()
        .orElseThrow();
  }

  /** What a process was started with; one empty word if it has ended. */
  private static List<String> command(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      return List.of(Files.readString(file).split("\0"));
    } catch (IOException e) {
      return List.of(""); // it has ended meanwhile
    }
  }

  private ProcessBuilder entering(List<String> command) {
    try {
      List<String> whole =
          new ArrayList<>(
              List.of(
                  "setsid",
                  "nsenter",
                  "--target",
                  Files.readString(run.resolve("holder.pid")).strip(),
                  "--mount",
                  "--uts",
                  "--ipc",
                  "--net",
                  "--pid",
                  "--cgroup",
                  "--"));
      whole.addAll(command);
      return new ProcessBuilder(whole);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
