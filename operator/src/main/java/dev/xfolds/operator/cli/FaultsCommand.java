package dev.xfolds.operator.cli;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.TrainingRunFile;
import dev.xfolds.operator.local.LocalException;
import dev.xfolds.operator.local.ModuleImages;
import dev.xfolds.operator.local.TrainerFaults;
import dev.xfolds.operator.plan.FilePlan;
import dev.xfolds.operator.plan.Options;
import dev.xfolds.operator.plan.PlannedRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Disturbs small runs on this machine, and compares what they end with. */
@Command(
    name = "faults",
    description = "Disturbs small runs, and compares what they end with.",
    sortOptions = false,
    footer = {
      "",
      "A run of 1, 2 or 4 processes meets one fault at a random step: a checkpoint is",
      "torn, the disk is full (as root, or where user namespaces may mount), SIGKILL,",
      "SIGTERM or SIGSTOP. It is started again, and must end with the weights of a",
      "run without faults. A trial's seed alone says what it does.",
      "Exit code 0: all do, 1: one does not, or a process ended with a wrong code.",
      "Examples:",
      "  ./xfolds bench faults",
      "  ./xfolds bench faults --trials 1 --seed 1017"
    })
public final class FaultsCommand implements Callable<Integer> {

  private static final Path RUNS = Path.of("manifests", "samples", "faults.yaml");
  private static final int MOST = 100_000;
  private static final int SEEDS = 1_000_000;
  private static final long LAST_SEED = 999_999_999;

  @Spec private CommandSpec spec;

  @Option(
      names = "--trials",
      paramLabel = "N",
      defaultValue = "50",
      description = "So many, about half a minute each (default: 50).")
  private int trials;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Of the first trial; the next has S + 1 (default: another each time).")
  private Long seed;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "For files of the trials (default: the temporary folder).")
  private Path folder;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // picocli asks its own model for it
  private boolean help;

  @Override
  public Integer call() throws IOException {
    PrintWriter errors = spec.commandLine().getErr();
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      problems.forEach(errors::println);
      errors.flush();
      return ExitCode.INVALID_VALUE;
    }
    Path home = Path.of(System.getenv().getOrDefault("XFOLDS_HOME", "")).toAbsolutePath();
    FilePlan plan = FilePlan.of(TrainingRunFile.load(home.resolve(RUNS)), Options.DEFAULT);
    List<RunPlan> plans = plan.runs().stream().map(PlannedRun::plan).toList();
    long first = seed == null ? ThreadLocalRandom.current().nextInt(SEEDS) : seed;
    Path work = BenchCommand.work(folder);
    try {
      boolean good =
          new TrainerFaults(new ModuleImages(home, Path.of(System.getProperty("java.home"))), work)
              .run(plans, trials, first);
      if (good) {
        BenchCommand.delete(work);
      }
      return good ? ExitCode.DONE_VALUE : ExitCode.BUG_VALUE;
    } catch (LocalException e) {
      errors.println("xfolds bench faults: " + e.getMessage());
      errors.flush();
      return ExitCode.BUG_VALUE;
    }
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (trials < 1 || trials > MOST) {
      problems.add("--trials must be 1 to %d, was %d".formatted(MOST, trials));
    }
    if (seed != null && (seed < 0 || seed > LAST_SEED)) {
      problems.add("--seed must be 0 to %d, was %d".formatted(LAST_SEED, seed));
    }
    BenchCommand.problem(folder).ifPresent(problems::add);
    return problems;
  }
}
