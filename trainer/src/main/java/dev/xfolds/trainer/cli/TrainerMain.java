package dev.xfolds.trainer.cli;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.answer.EvaluatorClient;
import dev.xfolds.trainer.config.Identity;
import dev.xfolds.trainer.config.PlanCheck;
import dev.xfolds.trainer.config.PlanFile;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.progress.HealthServer;
import dev.xfolds.trainer.progress.ProgressServer;
import dev.xfolds.trainer.progress.RunState;
import dev.xfolds.trainer.train.TrainerRun;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The trainer's process, started as docs/processes.md says. Ends with a code of ExitCode. */
@Command(
    name = "trainer",
    mixinStandardHelpOptions = true,
    description = "Trains the model of one run, and answers the evaluator's questions with it.",
    footer = {
      "",
      "Example:",
      "  trainer --plan=plan.json --tls=tls --runs=out/trainer \\",
      "    --evaluator=localhost:7443 --progress-port=7444 --health-port=8080 \\",
      "    --attempt=1"
    })
public final class TrainerMain implements Callable<Integer> {

  private static final int MAX_PORT = 65_535;

  @Option(names = "--plan", required = true, description = "RunPlan, protobuf JSON")
  private Path plan;

  @Option(names = "--tls", required = true, description = "folder of ca.crt, tls.crt, tls.key")
  private Path tls;

  @Option(names = "--runs", required = true, description = "root of the trainer's volume")
  private Path runs;

  @Option(names = "--volume", description = "NAME=FOLDER, once per data volume of the plan")
  private Map<String, Path> volumes = new TreeMap<>();

  @Option(names = "--evaluator", description = "HOST:PORT; needed if the plan has evaluations")
  private String evaluator;

  @Option(
      names = "--peers",
      description = "HOST:PORT,... of all ranks in their order; needed with several")
  private String peers;

  @Option(names = "--progress-port", required = true, description = "of the Progress service")
  private int progressPort;

  @Option(names = "--health-port", required = true, description = "of /livez and /readyz")
  private int healthPort;

  @Option(names = "--attempt", required = true, description = "number of this attempt, from 1")
  private long attempt;

  private final BooleanSupplier stop;

  private TrainerMain(BooleanSupplier stop) {
    this.stop = stop;
  }

  /** Runs to the end, or after SIGTERM until a checkpoint is written, which ends it with 12. */
  public static void main(String[] args) {
    Termination termination = Termination.install();
    System.exit(termination.end(run(termination::requested, args)));
  }

  /** Never throws: a main thread that ends without a code would leave the shutdown waiting. */
  static int run(BooleanSupplier stop, String... args) {
    CommandLine command = command(stop);
    try {
      return command.execute(args);
    } catch (Error e) { // passes through picocli
      e.printStackTrace(command.getErr());
      return ExitCodes.of(e).getNumber();
    }
  }

  private static CommandLine command(BooleanSupplier stop) {
    return new CommandLine(new TrainerMain(stop))
        .setExitCodeExceptionMapper(problem -> ExitCodes.of(problem).getNumber())
        .setExecutionExceptionHandler(
            (problem, command, parsed) -> {
              ExitCode code = ExitCodes.of(problem);
              if (code == ExitCode.BUG) {
                problem.printStackTrace(command.getErr());
              } else {
                command.getErr().println("trainer: " + problem.getMessage());
              }
              return code.getNumber();
            });
  }

  @Override
  public Integer call() throws InterruptedException {
    range("--progress-port", progressPort, 0, MAX_PORT);
    range("--health-port", healthPort, 0, MAX_PORT);
    range("--attempt", attempt, 1, Long.MAX_VALUE);
    RunPlan checked = PlanFile.read(plan);
    PlanCheck.check(checked);
    return switch (Seat.of(System.getenv(), checked)) {
      case Seat.Several several -> Worker.run(several, stop, System.out).getNumber();
      case Seat.Rank rank -> train(checked, rank);
    };
  }

  private int train(RunPlan checked, Seat.Rank rank) throws InterruptedException {
    if (rank.started()) {
      Orphans.endWithoutWorker();
    }
    RunState state = new RunState(InstantSource.system());
    try (HealthServer _ = rank.answers() ? HealthServer.start(healthPort, state) : null;
        Identity identity = Identity.load(tls);
        ProgressServer _ =
            rank.answers() ? ProgressServer.start(progressPort, identity.server(), state) : null) {
      Meeting meeting = new Meeting(rank.number(), Meeting.peers(peers, checked), tls, attempt);
      try (Collectives ranks = meeting.join(checked, stop);
          EvaluatorClient client =
              evaluator == null ? null : EvaluatorClient.connect(evaluator, identity)) {
        TrainerRun.Place place =
            new TrainerRun.Place(
                runs, new Volumes(volumes), attempt, Optional.ofNullable(client), ranks);
        train(checked, place, state, rank);
      }
      return ExitCode.DONE_VALUE;
    }
  }

  private void train(RunPlan checked, TrainerRun.Place place, RunState state, Seat.Rank rank)
      throws InterruptedException {
    try {
      TrainerRun.execute(checked, place, state, stop, InstantSource.system());
    } catch (TrainerException e) {
      if (e.code() == ExitCode.STOPPED) {
        lastWords(rank, state);
      }
      throw e;
    }
    lastWords(rank, state);
  }

  /** A pod has one message, and the first of its ranks speaks for it. */
  private static void lastWords(Seat.Rank rank, RunState state) {
    if (rank.answers()) {
      LastWords.write(LastWords.TERMINATION_LOG, state.progress());
    }
  }

  private static void range(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw TrainerException.invalid(
          "%s must be %d to %d, was %d".formatted(option, least, most, value));
    }
  }
}
