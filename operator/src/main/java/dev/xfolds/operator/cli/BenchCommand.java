package dev.xfolds.operator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.operator.api.TrainingRunFile;
import dev.xfolds.operator.local.LocalException;
import dev.xfolds.operator.local.ModuleImages;
import dev.xfolds.operator.local.TrainerBench;
import dev.xfolds.operator.plan.FilePlan;
import dev.xfolds.operator.plan.Options;
import dev.xfolds.operator.plan.PlannedRun;
import dev.xfolds.operator.plan.Profile;
import dev.xfolds.operator.plan.WorldSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times this machine, and the training steps of a file's runs on it. */
@Command(
    name = "bench",
    description = "Times this machine, and training steps of models on it.",
    sortOptions = false,
    subcommands = FaultsCommand.class,
    footer = {
      "",
      "A step is timed on random input that is in memory; peak is its share of the",
      "fastest matrix product of its precision, in FLOP of products alone. Nothing",
      "else should run meanwhile. Exit code 2: the file has problems.",
      "Examples:",
      "  ./xfolds bench",
      "  ./xfolds bench manifests/samples/quickstart.yaml --seconds 5",
      "  ./xfolds bench faults --trials 5"
    })
public final class BenchCommand implements Callable<Integer> {

  private static final Path SAMPLE = Path.of("manifests", "samples", "bench.yaml");

  private static final int LONGEST = 3600;

  // as the trainer calls what it has timed
  private static final String PRODUCT = "matrix product, ";
  private static final String WEIGHTS = "weights to disk";
  private static final String RAW = "raw bytes to disk";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "YAML with TrainingRuns (default: those of manifests/samples/bench.yaml).")
  private Path file;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "For each number, and at least three times (default: 10).")
  private double seconds;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "On the disk to time (default: the temporary folder).")
  private Path folder;

  @Option(names = "--steps", description = "Training steps alone, without the machine's peaks.")
  private boolean steps;

  @Option(names = "--json", description = "Every time of each number, as JSON.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // picocli asks its own model for it
  private boolean help;

  /** What {@code --json} prints. */
  record Answer(List<BenchFigure> machine, List<Step> steps) {}

  /** A run's step, with what the run is. */
  record Step(RunFigures run, BenchFigure step) {}

  @Override
  public Integer call() throws IOException {
    PrintWriter errors = spec.commandLine().getErr();
    Path home = Path.of(System.getenv().getOrDefault("XFOLDS_HOME", "")).toAbsolutePath();
    FilePlan plan =
        FilePlan.of(
            TrainingRunFile.load(file == null ? home.resolve(SAMPLE) : file), Options.DEFAULT);
    List<String> problems = problems(plan);
    if (!problems.isEmpty()) {
      problems.forEach(errors::println);
      errors.flush();
      return ExitCode.INVALID_VALUE;
    }
    Path work = work(folder);
    try {
      measure(
          plan.runs(),
          new TrainerBench(
              new ModuleImages(home, Path.of(System.getProperty("java.home"))), work, seconds));
      return ExitCode.DONE_VALUE;
    } catch (LocalException e) {
      errors.println("xfolds bench: " + e.getMessage());
      errors.flush();
      return ExitCode.BUG_VALUE;
    } finally {
      delete(work);
    }
  }

  private List<String> problems(FilePlan plan) {
    List<String> problems = new ArrayList<>(plan.problems());
    if (!(seconds > 0 && seconds <= LONGEST)) {
      problems.add("--seconds must be above 0 and at most %d, was %s".formatted(LONGEST, seconds));
    }
    problem(folder).ifPresent(problems::add);
    for (PlannedRun run : plan.runs()) {
      String name = run.plan().getName() + ": ";
      if (!run.plan().hasTraining()) {
        problems.add(name + "spec.training must be there: its step is timed");
      }
      WorldSize size = WorldSize.of(run.plan());
      alone(name + "spec.parallelism.workers", size.workers()).ifPresent(problems::add);
      alone(name + "spec.resources.gpusPerWorker", size.ranksPerWorker()).ifPresent(problems::add);
      RunCommand.gpus(run).ifPresent(problem -> problems.add(name + problem));
    }
    return problems;
  }

  private static Optional<String> alone(String field, int number) {
    return number == 1
        ? Optional.empty()
        : Optional.of(field + " must be 1: the step of one process is timed, was " + number);
  }

  private void measure(List<PlannedRun> runs, TrainerBench bench) {
    List<BenchFigure> machine = steps ? List.of() : machine(runs, bench);
    print(BenchText.stepTitle());
    List<Step> found = new ArrayList<>();
    for (PlannedRun run : runs) {
      BenchFigure step = BenchFigure.read(bench.step(run.plan()).getFirst());
      String product = PRODUCT + Profile.word(run.plan().getTraining().getPrecision());
      BenchText.step(
              run,
              step,
              steps
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(step.flopRate() / named(machine, product).rate()))
          .forEach(this::print);
      found.add(new Step(RunFigures.of(run), step));
    }
    if (json) {
      spec.commandLine().getOut().println(text(new Answer(machine, found)));
      spec.commandLine().getOut().flush();
    }
  }

  private List<BenchFigure> machine(List<PlannedRun> runs, TrainerBench bench) {
    int threads =
        runs.isEmpty()
            ? Runtime.getRuntime().availableProcessors()
            : runs.getFirst().plan().getTraining().getThreads();
    print(BenchText.machineTitle());
    List<BenchFigure> machine = bench.machine(threads).stream().map(BenchFigure::read).toList();
    for (BenchFigure figure : machine) {
      OptionalDouble ofRaw =
          figure.what().equals(WEIGHTS)
              ? OptionalDouble.of(figure.rate() / named(machine, RAW).rate())
              : OptionalDouble.empty();
      print(BenchText.machine(figure, ofRaw));
    }
    print("");
    return machine;
  }

  private static BenchFigure named(List<BenchFigure> figures, String what) {
    return figures.stream().filter(figure -> figure.what().equals(what)).findFirst().orElseThrow();
  }

  private void print(String line) {
    if (!json) {
      spec.commandLine().getOut().println(line);
      spec.commandLine().getOut().flush();
    }
  }

  private static String text(Answer answer) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and strings are JSON", e);
    }
  }

  /** A folder of its own within {@code --folder}, or within the temporary one. */
  static Path work(Path folder) throws IOException {
    return folder == null
        ? Files.createTempDirectory("xfolds-bench-")
        : Files.createTempDirectory(folder, "xfolds-bench-");
  }

  /** What is wrong with {@code --folder}. */
  static Optional<String> problem(Path folder) {
    return folder == null || (Files.isDirectory(folder) && Files.isWritable(folder))
        ? Optional.empty()
        : Optional.of("--folder must be a folder that can be written, was " + folder);
  }

  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path one : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be deleted".formatted(folder), e);
    }
  }
}
