package dev.xfolds.operator.local;

import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpServer;
import dev.xfolds.contract.v1.BenchmarkGrpc;
import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.GetProgressRequest;
import dev.xfolds.contract.v1.ListReportsRequest;
import dev.xfolds.contract.v1.ListReportsResponse;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.ProgressGrpc;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Trainer and evaluator without models, started as processes by tests. A trainer does what a file
 * says that the test put on its volume, {@code behaviour-RUN-ATTEMPT-rankR} or {@code
 * behaviour-RUN-ATTEMPT}: {@code exit N}, {@code hang} (until SIGTERM, then exit 12), {@code meet
 * N} (peers may connect; exit N when one has), {@code lose R} (exit 10 when rank R is there no
 * more), {@code stubborn} (SIGTERM is ignored), {@code mute} (as {@code hang}, but alive for one
 * probe only); without a file it finishes.
 */
public final class FakeProcess {
  private FakeProcess() {}

  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (String argument : args) {
      int equals = argument.indexOf('=');
      if (equals > 0) {
        options.put(argument.substring(0, equals), argument.substring(equals + 1));
      }
    }
    RunPlan.Builder plan = RunPlan.newBuilder();
    JsonFormat.parser().merge(Files.readString(Path.of(options.get("--plan"))), plan);
    System.out.println(args[0] + " of " + plan.getName() + " " + options);
    if (args[0].equals("trainer")) {
      trainer(plan.build(), options);
    } else {
      evaluator(plan.build(), options);
    }
  }

  private static void trainer(RunPlan plan, Map<String, String> options) throws Exception {
    Path runs = Path.of(options.get("--runs"));
    String attempt = options.get("--attempt");
    Path folder = runs.resolve("runs").resolve(plan.getNamespace()).resolve(plan.getName());
    Files.createDirectories(folder.resolve("checkpoints"));
    Files.writeString(folder.resolve("attempt"), attempt);
    Path file = runs.resolve("behaviour-%s-%s".formatted(plan.getName(), attempt));
    String rank = System.getenv("JOB_COMPLETION_INDEX");
    Path own = file.resolveSibling(file.getFileName() + "-rank" + rank);
    Path told = Files.exists(own) ? own : file;
    String behaviour = Files.exists(told) ? Files.readString(told).strip() : "finish";
    System.out.println("rank " + rank + ": " + behaviour);
    CountDownLatch never = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (behaviour.equals("stubborn")) {
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }
                  if (behaviour.equals("hang") || behaviour.equals("mute")) {
                    Runtime.getRuntime().halt(12);
                  }
                }));
    health(options, behaviour.equals("mute") ? 1 : Integer.MAX_VALUE);
    Server server = serve(options, "--progress-port", new Progress(plan));
    if (behaviour.startsWith("exit ")) {
      System.out.println("ends as it was told");
      Runtime.getRuntime().halt(Integer.parseInt(behaviour.substring(5)));
    }
    if (Set.of("hang", "mute", "stubborn").contains(behaviour)) {
      never.await();
    }
    if (behaviour.startsWith("meet ")) {
      meet(options, Integer.parseInt(behaviour.substring(5)), Integer.parseInt(rank));
    }
    if (behaviour.startsWith("lose ")) {
      lose(options, Integer.parseInt(behaviour.substring(5)), Integer.parseInt(rank));
    }
    if (!rank.equals("0")) {
      Runtime.getRuntime().halt(0);
    }
    if (options.containsKey("--evaluator")) {
      String[] address = options.get("--evaluator").split(":", 2);
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(address[1]))) {
        System.out.println("evaluator answers at " + socket.getRemoteSocketAddress());
      }
    }
    Files.writeString(folder.resolve("checkpoints/best"), "step-00000010\n");
    Files.writeString(folder.resolve("plan.json"), JsonFormat.printer().print(plan));
    Files.writeString(
        folder.resolve("finished.json"),
        "{\"step\": 10, \"checkpointDigest\": \"abc\", \"parameters\": 5, \"seconds\": 1.5,"
            + " \"countedPfDays\": 1e-9, \"peakPfDays\": 1e-8}");
    server.shutdownNow();
    Runtime.getRuntime().halt(0);
  }

  /** Hangs up on the first peer that calls, and is some time in ending. */
  private static void meet(Map<String, String> options, int code, int rank) throws Exception {
    String own = options.get("--peers").split(",", -1)[rank];
    try (ServerSocket server =
        new ServerSocket(
            Integer.parseInt(own.split(":", -1)[1]), 1, InetAddress.getLoopbackAddress())) {
      server.accept().close();
    }
    Thread.sleep(1000);
    Runtime.getRuntime().halt(code);
  }

  /** Waits until a peer is there and gone again, and ends with 10. */
  private static void lose(Map<String, String> options, int peer, int rank) throws Exception {
    String[] peers = options.get("--peers").split(",", -1);
    int port = Integer.parseInt(peers[peer].split(":", -1)[1]);
    boolean met = false;
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        met = true;
        if (socket.getInputStream().read() >= 0) {
          throw new IllegalStateException("a peer says nothing");
        }
      } catch (IOException e) {
        // it is not there, or was reset
      }
      if (met) {
        System.out.println("trainer: rank %d lost rank %d".formatted(rank, peer));
        Runtime.getRuntime().halt(10);
      }
      Thread.sleep(20);
    }
  }

  private static void evaluator(RunPlan plan, Map<String, String> options) throws Exception {
    health(options, Integer.MAX_VALUE);
    Server server = serve(options, "--port", new Benchmark(plan));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
    server.awaitTermination();
  }

  /** Is alive for so many probes, and always ready. */
  private static void health(Map<String, String> options, int alive) throws IOException {
    AtomicInteger left = new AtomicInteger(alive);
    HttpServer http =
        HttpServer.create(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(options.get("--health-port"))),
            0);
    http.createContext(
        "/",
        exchange -> {
          boolean livez = exchange.getRequestURI().getPath().equals("/livez");
          exchange.sendResponseHeaders(livez && left.getAndDecrement() <= 0 ? 503 : 200, -1);
          exchange.close();
        });
    http.start();
  }

  private static Server serve(Map<String, String> options, String port, BindableService service)
      throws IOException {
    Path tls = Path.of(options.get("--tls"));
    return Grpc.newServerBuilderForPort(
            Integer.parseInt(options.get(port)),
            TlsServerCredentials.newBuilder()
                .keyManager(tls.resolve("tls.crt").toFile(), tls.resolve("tls.key").toFile())
                .trustManager(tls.resolve("ca.crt").toFile())
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build())
        .addService(service)
        .build()
        .start();
  }

  private static final class Progress extends ProgressGrpc.ProgressImplBase {
    private final RunPlan plan;

    Progress(RunPlan plan) {
      this.plan = plan;
    }

    @Override
    public void getProgress(GetProgressRequest request, StreamObserver<RunProgress> answer) {
      answer.onNext(
          RunProgress.newBuilder()
              .setPhase(Phase.TRAINING)
              .setStep(5)
              .setTotalSteps(plan.getTraining().getSteps())
              .build());
      answer.onCompleted();
    }
  }

  private static final class Benchmark extends BenchmarkGrpc.BenchmarkImplBase {
    private final RunPlan plan;

    Benchmark(RunPlan plan) {
      this.plan = plan;
    }

    @Override
    public void listReports(
        ListReportsRequest request, StreamObserver<ListReportsResponse> answer) {
      ListReportsResponse.Builder response = ListReportsResponse.newBuilder();
      for (EvaluationPlan evaluation : plan.getEvaluationsList()) {
        response.addReports(
            Report.newBuilder().setRun(request.getRun()).setTask(evaluation.getTask()));
      }
      answer.onNext(response.build());
      answer.onCompleted();
    }
  }
}
