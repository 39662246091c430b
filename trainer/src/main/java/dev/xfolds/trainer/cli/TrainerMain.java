package dev.xfolds.trainer.cli;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.answer.EvaluatorClient;
import dev.xfolds.trainer.config.Identity;
import dev.xfolds.trainer.config.PlanCheck;
import dev.xfolds.trainer.config.PlanFile;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
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

  /** Set in the pods of an Indexed Job. */
  private static final String RANK_VARIABLE = "JOB_COMPLETION_INDEX";

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
      description = "HOST:PORT,... of all ranks in their order; needed with several workers")
  @SuppressWarnings("UnusedVariable") // ranks do not talk to each other yet
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
    RunState state = new RunState(InstantSource.system());
    try (HealthServer _ = HealthServer.start(healthPort, state);
        Identity identity = Identity.load(tls);
        ProgressServer _ = ProgressServer.start(progressPort, identity.server(), state)) {
      RunPlan checked = PlanFile.read(plan);
      PlanCheck.check(checked);
      requireRank(System.getenv(RANK_VARIABLE), checked);
      try (EvaluatorClient client =
          evaluator == null ? null : EvaluatorClient.connect(evaluator, identity)) {
        TrainerRun.Place place =
            new TrainerRun.Place(runs, new Volumes(volumes), attempt, Optional.ofNullable(client));
        train(checked, place, state);
      }
      return ExitCode.DONE_VALUE;
    }
  }

  private void train(RunPlan checked, TrainerRun.Place place, RunState state)
      throws InterruptedException {
    try {
      TrainerRun.execute(checked, place, state, stop, InstantSource.system());
    } catch (TrainerException e) {
      if (e.code() == ExitCode.STOPPED) {
        LastWords.write(LastWords.TERMINATION_LOG, state.progress());
      }
      throw e;
    }
    LastWords.write(LastWords.TERMINATION_LOG, state.progress());
  }

  /**
   * Refuses the pods that a Job has beyond the plan: they have the attempt of the others, and would
   * write into the same folder.
   *
   * @param rank null where nobody numbers processes
   * @throws TrainerException code 10: the next Job is made from the plan
   */
  static void requireRank(String rank, RunPlan plan) {
    int workers = Math.max(1, plan.getParallelism().getWorkers());
    if (rank != null && Integer.parseInt(rank) >= workers) {
      throw TrainerException.retry(
          "%s is %s, and the plan has %d workers: the Job was edited"
              .formatted(RANK_VARIABLE, rank, workers));
    }
  }

  private static void range(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw TrainerException.invalid(
          "%s must be %d to %d, was %d".formatted(option, least, most, value));
    }
  }
}
