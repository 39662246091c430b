package dev.xfolds.operator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.reconcile.HaltingOperator;
import dev.xfolds.operator.reconcile.HeadstrongOperator;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An operator of this build as a process in the namespaces of the cluster of ../shared/cluster:
 * there it reaches pods by the names of their Services.
 */
final class OperatorInside implements AutoCloseable {
  /** The node, as ../shared/cluster/env.sh has it: its DNS answers there. */
  private static final String DNS = "10.89.0.2";

  private final Path cluster;
  private final Path work;
  private final Map<String, String> settings;
  private Optional<Process> halting = Optional.empty();

  private OperatorInside(Path cluster, Path work, Map<String, String> settings) {
    this.cluster = cluster;
    this.work = work;
    this.settings = settings;
  }

  /** Takes the deployed operator's settings. */
  static OperatorInside orSkip(KubernetesClient client, Path work) throws IOException {
    LabCluster lab = LabCluster.orSkip();
    Map<String, String> settings =
        new TreeMap<>(
            client
                .configMaps()
                .inNamespace(RealCluster.SYSTEM)
                .withName(RealCluster.OPERATOR)
                .get()
                .getData());
    settings.put("XFOLDS_NAMESPACE", RealCluster.SYSTEM);
    settings.put("XFOLDS_POD_NAME", "halting-operator");
    settings.put("KUBECONFIG", lab.folder() + "/admin.inside.kubeconfig");
    settings.put("KUBERNETES_CERTS_CLIENT_KEY_ALGO", RealCluster.config().getClientKeyAlgo());
    Files.writeString(
        work.resolve("resolv.conf"),
        "nameserver " + DNS + "\nsearch cluster.local\noptions ndots:5\n");
    return new OperatorInside(lab.folder(), work, settings);
  }

  Path writes() {
    return work.resolve("writes");
  }

  /** What the operators of all lives have said. */
  String log() throws IOException {
    return Files.readString(work.resolve("log"));
  }

  /** One life of the operator; whether a write ended it before the time was over. */
  boolean live(Duration atMost) throws IOException, InterruptedException {
    if (halting.isEmpty()) {
      halting = Optional.of(start(HaltingOperator.class, writes().toString()));
    }
    Process process = halting.get();
    process.outputWriter().write('\n');
    process.outputWriter().flush();
    CompletableFuture<String> said =
        CompletableFuture.supplyAsync(() -> line(process.inputReader()));
    try {
      assertThat(said.get(atMost.toMillis(), TimeUnit.MILLISECONDS))
          .as(log())
          .isEqualTo(HaltingOperator.HALTED);
      return true;
    } catch (TimeoutException e) {
      close();
      return false;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  private static String line(BufferedReader reader) {
    try {
      return reader.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    halting.ifPresent(process -> process.destroyForcibly().onExit().join());
    halting = Optional.empty();
  }

  /** An operator that leads without a Lease, until it is closed. */
  Headstrong start(Duration clockIsAhead) throws IOException {
    return new Headstrong(start(HeadstrongOperator.class, Long.toString(clockIsAhead.toSeconds())));
  }

  /** One that runs. */
  record Headstrong(Process process) implements AutoCloseable {
    void freeze() {
      process.descendants().forEach(one -> LabCluster.signal("-STOP", one));
    }

    void thaw() {
      process.descendants().forEach(one -> LabCluster.signal("-CONT", one));
    }

    boolean lives() {
      return process.isAlive();
    }

    @Override
    public void close() {
      thaw();
      process.destroyForcibly().onExit().join();
    }
  }

  private Process start(Class<?> program, String argument) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "nsenter",
                "--target",
                Files.readString(cluster.resolve("holder.pid")).strip(),
                "--mount",
                "--net",
                "--pid",
                "--",
                "unshare",
                "--mount",
                "sh",
                "-c",
                // java ends with nsenter, which is all that this process sees of it
                "mount --bind \"$0\" /etc/resolv.conf && exec setpriv --pdeathsig KILL \"$@\"",
                work.resolve("resolv.conf").toString()));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-BytecodeVerificationRemote", // so that a life takes less to start
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            program.getName(),
            argument));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(work.resolve("log").toFile()));
    builder.environment().putAll(settings);
    return builder.start();
  }
}
