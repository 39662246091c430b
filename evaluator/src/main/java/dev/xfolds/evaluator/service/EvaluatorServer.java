package dev.xfolds.evaluator.service;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.evaluator.store.EvaluationStore;
import dev.xfolds.evaluator.store.StoreException;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The evaluator's process: health endpoints, tasks, store and Benchmark service of one run. */
public final class EvaluatorServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EvaluatorServer.class);

  private final AtomicBoolean ready = new AtomicBoolean();
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private HealthEndpoints health;
  private Server server;
  private BenchmarkService service;

  /**
   * What the process is told, as in docs/processes.md.
   *
   * @param tls folder of ca.crt, tls.crt and tls.key
   * @param volumes folders by volume name
   * @param store root of the evaluator's volume
   * @param port of the Benchmark service; 0 for a free one
   * @param healthPort 0 for a free one
   * @param silence after which a stream whose client sends nothing ends
   * @param certificateCheck time between two looks at the certificates' files
   */
  public record Settings(
      Path tls,
      Map<String, Path> volumes,
      Path store,
      int port,
      int healthPort,
      Duration silence,
      Duration certificateCheck) {
    public Settings {
      volumes = Map.copyOf(volumes);
    }
  }

  private EvaluatorServer() {}

  /**
   * Loads the plan's tasks and starts to serve.
   *
   * @throws StartException if the plan, a volume, a certificate or a port is wrong
   * @throws StoreException if the store cannot be used
   */
  public static EvaluatorServer start(
      RunPlan plan, Settings settings, Clock clock, SecureRandom random) {
    return start(plan, () -> ExamLoader.load(plan, settings.volumes()), settings, clock, random);
  }

  static EvaluatorServer start(
      RunPlan plan,
      Supplier<List<Exam>> exams,
      Settings settings,
      Clock clock,
      SecureRandom random) {
    EvaluatorServer evaluator = new EvaluatorServer();
    try {
      evaluator.open(plan, exams, settings, clock, random);
      return evaluator;
    } catch (RuntimeException e) {
      evaluator.close();
      throw e;
    }
  }

  private void open(
      RunPlan plan,
      Supplier<List<Exam>> tasks,
      Settings settings,
      Clock clock,
      SecureRandom random) {
    health = new HealthEndpoints(settings.healthPort(), ready::get);
    resources.push(health);
    ServerCertificates certificates = new ServerCertificates(settings.tls());
    EvaluationStore store =
        EvaluationStore.open(settings.store(), plan.getNamespace(), plan.getName(), random);
    resources.push(store);
    List<Exam> exams = tasks.get();
    Reporter reporter = new Reporter(store, new PageWriter(plan, exams), clock);
    Examinations examinations = new Examinations(plan.getNamespace(), plan.getName(), exams, store);
    service = new BenchmarkService(plan, examinations, reporter, store, settings.silence());
    server = serve(settings.port(), certificates);
    watch(certificates, settings.certificateCheck());
    ready.set(true);
    LOG.info(
        "evaluator of {}/{} serves {} on port {}",
        plan.getNamespace(),
        plan.getName(),
        exams.stream().map(Exam::task).toList(),
        port());
  }

  private Server serve(int port, ServerCertificates certificates) {
    try {
      return NettyServerBuilder.forPort(port, certificates.credentials())
          .addService(service)
          .intercept(new Callers())
          .maxInboundMessageSize(4 << 20)
          .keepAliveTime(30, TimeUnit.SECONDS)
          .keepAliveTimeout(20, TimeUnit.SECONDS)
          .permitKeepAliveTime(10, TimeUnit.SECONDS)
          .permitKeepAliveWithoutCalls(true)
          .build()
          .start();
    } catch (IOException e) {
      throw new StartException("--port " + port + " is in use or may not be bound", e);
    }
  }

  private void watch(ServerCertificates certificates, Duration every) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificates").factory());
    resources.push(timer::shutdownNow);
    ScheduledFuture<?> looking =
        timer.scheduleWithFixedDelay(
            certificates::reload, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    resources.push(() -> looking.cancel(false));
  }

  public int port() {
    return server.getPort();
  }

  public int healthPort() {
    return health.port();
  }

  /** Returns when the service has ended. */
  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  /** Takes no more streams, ends the open ones, brings stored answers to the disk. */
  @Override
  public void close() {
    ready.set(false);
    try {
      if (server != null) {
        server.shutdown();
        service.drain();
        if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
          server.shutdownNow();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    while (!resources.isEmpty()) {
      closeQuietly(resources.pop());
    }
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.warn("could not close {}: {}", resource, e.toString());
    }
  }
}
