package dev.xfolds.operator.scale;

import dev.xfolds.operator.desired.ProcessContract;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Stands for the processes of all active runs: answers with the certificates in their Secrets. */
public final class Responder implements Watcher<Secret> {
  private final Map<String, Server> servers = new HashMap<>();
  private final Map<String, String> certificates = new HashMap<>();
  private final EventLoopGroup threads = new NioEventLoopGroup(1);
  private final Steps steps;

  private Responder(Steps steps) {
    this.steps = steps;
  }

  /**
   * Answers until it is killed.
   *
   * @param arguments the moment of step 0, RFC 3339
   */
  public static void main(String[] arguments) throws InterruptedException {
    KubernetesClient client = new KubernetesClientBuilder().build();
    client
        .secrets()
        .inNamespace(Addresses.NAMESPACE)
        .withLabel(RunNames.MANAGED_BY_LABEL, RunNames.MANAGER)
        .watch(new Responder(new Steps(Instant.parse(arguments[0]))));
    Thread.currentThread().join();
  }

  @Override
  public void eventReceived(Action action, Secret secret) {
    String name = secret.getMetadata().getName();
    String certificate = secret.getData().get("tls.crt");
    if (action == Action.DELETED || certificate.equals(certificates.get(name))) {
      return;
    }
    certificates.put(name, certificate);
    Server before = servers.remove(name);
    if (before != null) {
      before.shutdownNow();
    }
    servers.put(name, serve(secret));
  }

  /** Who starts this process sees its end, and what it said. */
  @Override
  public void onClose(WatcherException cause) {
    cause.printStackTrace();
    System.exit(1);
  }

  private Server serve(Secret secret) {
    Map<String, String> labels = secret.getMetadata().getLabels();
    boolean trains = labels.get(RunNames.COMPONENT_LABEL).equals(RunNames.TRAINER);
    BindableService service = trains ? new Answers.Trainer(steps) : new Answers.Evaluator();
    InetSocketAddress address =
        new InetSocketAddress(
            Addresses.of(labels.get(RunNames.RUN_LABEL)),
            trains ? ProcessContract.PROGRESS_PORT : ProcessContract.BENCHMARK_PORT);
    try {
      return RunServer.start(secret, address, service, threads);
    } catch (IOException e) {
      throw new UncheckedIOException("no server at " + address, e);
    }
  }
}
