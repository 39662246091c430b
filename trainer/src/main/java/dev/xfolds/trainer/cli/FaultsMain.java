package dev.xfolds.trainer.cli;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.PlanCheck;
import dev.xfolds.trainer.config.PlanFile;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.faults.FaultTrials;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Disturbs runs of one, two and four ranks, and compares what they end with. Exit code 1: something
 * was otherwise than without a fault.
 */
@Command(
    name = "trainer-faults",
    description = "Disturbs runs, and compares what they end with.",
    footer = {
      "",
      "Example:",
      "  trainer-faults --plan=1.json --plan=2.json --plan=4.json --folder=work \\",
      "    --trials=5 --seed=0"
    })
public final class FaultsMain implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--plan",
      required = true,
      description = "RunPlan, protobuf JSON; for 1, 2 and 4 ranks")
  private List<Path> plans;

  @Option(names = "--folder", required = true, description = "empty, for files of the trials")
  private Path folder;

  @Option(names = "--trials", required = true, description = "so many, from 1 on")
  private int trials;

  @Option(names = "--seed", required = true, description = "of the first trial, from 0 on")
  private long seed;

  private FaultsMain() {}

  public static void main(String[] args) {
    // Ctrl-C reaches every process of the terminal but those that are stopped.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    System.exit(command().execute(args));
  }

  private static CommandLine command() {
    return new CommandLine(new FaultsMain())
        .setExecutionExceptionHandler(
            (problem, command, parsed) -> {
              if (problem instanceof TrainerException) {
                command.getErr().println("trainer-faults: " + problem.getMessage());
              } else {
                problem.printStackTrace(command.getErr());
              }
              return ExitCodes.of(problem).getNumber();
            });
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (trials < 1 || seed < 0) {
      throw TrainerException.invalid(
          "--trials must be 1 or more and --seed 0 or more, were %d and %d"
              .formatted(trials, seed));
    }
    List<RunPlan> read = plans.stream().map(PlanFile::read).toList();
    read.forEach(PlanCheck::check);
    PrintWriter out = spec.commandLine().getOut();
    FaultTrials all =
        new FaultTrials(
            read,
            folder,
            TrainerMain.class,
            line -> {
              out.println(line);
              out.flush();
            });
    return all.run(seed, trials) ? ExitCode.DONE_VALUE : ExitCode.BUG_VALUE;
  }
}
