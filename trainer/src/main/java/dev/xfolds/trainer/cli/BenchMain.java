package dev.xfolds.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.bench.CollectiveBench;
import dev.xfolds.trainer.bench.DiskBench;
import dev.xfolds.trainer.bench.ImageBench;
import dev.xfolds.trainer.bench.MatrixBench;
import dev.xfolds.trainer.bench.Measurement;
import dev.xfolds.trainer.bench.Repetition;
import dev.xfolds.trainer.bench.StepBench;
import dev.xfolds.trainer.config.PlanCheck;
import dev.xfolds.trainer.config.PlanFile;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Ranks;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Times the machine, or the step of a plan, in a process of its own: memory at its peak is that of
 * one of them. Prints a {@link Measurement} a line, as JSON.
 */
@Command(
    name = "trainer-bench",
    description = "Times this machine, or the training step of one run.",
    footer = {"", "Example:", "  trainer-bench --plan=plan.json --seconds=10"})
public final class BenchMain implements Callable<Integer> {

  private static final int WARM_UP = 3;
  private static final int LEAST = 3;

  @Spec private CommandSpec spec;

  @Option(names = "--plan", description = "RunPlan, protobuf JSON: times its training step")
  private Path plan;

  @Option(names = "--folder", description = "on the disk to time; without --plan")
  private Path folder;

  @Option(names = "--collectives", description = "with --folder: times sums over ranks alone")
  private boolean collectives;

  @Option(names = "--threads", description = "of the tensor library; without --plan")
  private int threads = 1;

  @Option(names = "--seconds", required = true, description = "for each number")
  private double seconds;

  private BenchMain() {}

  public static void main(String[] args) {
    System.exit(command().execute(args));
  }

  static CommandLine command() {
    return new CommandLine(new BenchMain())
        .setExecutionExceptionHandler(
            (problem, command, parsed) -> {
              if (!(problem instanceof TrainerException)) {
                problem.printStackTrace(command.getErr());
              } else {
                command.getErr().println("trainer-bench: " + problem.getMessage());
              }
              return ExitCodes.of(problem).getNumber();
            });
  }

  @Override
  public Integer call() {
    if ((plan == null) == (folder == null)) {
      throw TrainerException.invalid("name exactly one of --plan and --folder");
    }
    if (!(seconds > 0 && seconds <= 3600)) {
      throw TrainerException.invalid("--seconds must be above 0 and at most 3600, was " + seconds);
    }
    Repetition repetition = new Repetition(WARM_UP, LEAST, seconds);
    if (plan != null) {
      step(repetition);
    } else if (collectives) {
      print(CollectiveBench.measure(folder, repetition));
    } else {
      machine(repetition);
    }
    return ExitCode.DONE_VALUE;
  }

  private void step(Repetition repetition) {
    RunPlan run = PlanFile.read(plan);
    PlanCheck.check(run);
    if (!run.hasTraining()) {
      throw TrainerException.invalid("spec.training must be there: its step is what is timed");
    }
    TrainingPlan training = run.getTraining();
    begin(training.getThreads());
    print(StepBench.measure(run, Arithmetic.of(run, Ranks.ONE), repetition));
  }

  private void machine(Repetition repetition) {
    begin(threads);
    print(MatrixBench.measure(Precision.FP32, repetition));
    print(MatrixBench.measure(Precision.BF16, repetition));
    print(ImageBench.measure(folder, repetition));
    DiskBench.measure(folder, repetition).forEach(this::print);
    print(CollectiveBench.measure(folder, repetition));
  }

  private static void begin(int threads) {
    Ops.setThreads(threads); // loads libtorch
    Autograd.recordNothing();
  }

  private void print(Measurement measurement) {
    try {
      spec.commandLine().getOut().println(new ObjectMapper().writeValueAsString(measurement));
      spec.commandLine().getOut().flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and strings are JSON", e);
    }
  }
}
