package dev.xfolds.evaluator.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.datasets.DataException;
import dev.xfolds.evaluator.service.EvaluatorServer;
import dev.xfolds.evaluator.service.StartException;
import dev.xfolds.evaluator.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The evaluator's process, started as docs/processes.md says. Ends with a code of ExitCode. */
@Command(
    name = "evaluator",
    mixinStandardHelpOptions = true,
    description = "Serves the benchmarks of one run: asks, stores answers, scores, reports.",
    footer = {
      "",
      "Example:",
      "  evaluator --plan=plan.json --tls=tls --volume=xfolds-data=../shared/data \\",
      "    --store=out/evaluator --port=7443 --health-port=8080"
    })
public final class ServeMain implements Callable<Integer> {

  @Option(names = "--plan", required = true, description = "RunPlan, protobuf JSON")
  private Path plan;

  @Option(names = "--tls", required = true, description = "folder of ca.crt, tls.crt, tls.key")
  private Path tls;

  @Option(names = "--volume", description = "NAME=FOLDER, once per volume that a task reads")
  private Map<String, Path> volumes = new TreeMap<>();

  @Option(names = "--store", required = true, description = "root of the evaluator's volume")
  private Path store;

  @Option(names = "--port", required = true, description = "of the Benchmark service")
  private int port;

  @Option(names = "--health-port", required = true, description = "of /livez and /readyz")
  private int healthPort;

  @Option(
      names = "--silence-seconds",
      defaultValue = "120",
      description = "end a stream whose client sends nothing for so long (default: 120)")
  private int silenceSeconds;

  private final AtomicReference<EvaluatorServer> running;

  private ServeMain(AtomicReference<EvaluatorServer> running) {
    this.running = running;
  }

  /** Starts the evaluator and stays until SIGTERM, which ends it with 0. */
  public static void main(String[] args) {
    AtomicReference<EvaluatorServer> running = new AtomicReference<>();
    AtomicBoolean leaving = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, leaving), "stop"));
    int code = run(running, args);
    leaving.set(true);
    System.exit(code);
  }

  /** On SIGTERM the JVM would end with 143, which says nothing: the code is set here. */
  private static void stop(AtomicReference<EvaluatorServer> running, AtomicBoolean leaving) {
    if (leaving.get()) {
      return;
    }
    EvaluatorServer server = running.get();
    if (server != null) {
      server.close();
    }
    Runtime.getRuntime().halt(ExitCode.DONE_VALUE);
  }

  private static int run(AtomicReference<EvaluatorServer> running, String... args) {
    return new CommandLine(new ServeMain(running))
        .setExitCodeExceptionMapper(ServeMain::exitCode)
        .setExecutionExceptionHandler(
            (problem, command, parsed) -> {
              int code = exitCode(problem);
              if (code == ExitCode.BUG_VALUE) {
                problem.printStackTrace(command.getErr());
              } else {
                command.getErr().println("evaluator: " + problem.getMessage());
              }
              return code;
            })
        .execute(args);
  }

  private static int exitCode(Throwable problem) {
    return switch (problem) {
      case StartException e -> ExitCode.INVALID_VALUE;
      case DataException e -> ExitCode.INVALID_VALUE;
      case CommandLine.ParameterException e -> ExitCode.INVALID_VALUE;
      case StoreException e -> ExitCode.RETRY_VALUE;
      case OutOfMemoryError e -> ExitCode.OUT_OF_MEMORY_VALUE;
      default -> ExitCode.BUG_VALUE;
    };
  }

  @Override
  public Integer call() throws InterruptedException {
    if (silenceSeconds < 1) {
      throw new StartException("--silence-seconds must be at least 1, was " + silenceSeconds);
    }
    EvaluatorServer server =
        EvaluatorServer.start(
            readPlan(),
            new EvaluatorServer.Settings(
                tls,
                volumes,
                store,
                port,
                healthPort,
                Duration.ofSeconds(silenceSeconds),
                Duration.ofSeconds(10)),
            Clock.systemUTC(),
            new SecureRandom());
    running.set(server);
    server.awaitTermination();
    return ExitCode.DONE_VALUE;
  }

  private RunPlan readPlan() {
    try {
      RunPlan.Builder builder = RunPlan.newBuilder();
      JsonFormat.parser().merge(Files.readString(plan), builder);
      return builder.build();
    } catch (InvalidProtocolBufferException e) {
      throw new StartException("--plan " + plan + " must be a RunPlan: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StartException("--plan " + plan + " cannot be read: " + e, e);
    }
  }
}
