package dev.xfolds.operator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.operator.api.TrainingRunFile;
import dev.xfolds.operator.plan.FilePlan;
import dev.xfolds.operator.plan.Options;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a file of TrainingRuns would do, without running anything. */
@Command(
    name = "plan",
    description = "Says what a file of TrainingRuns would do, without running anything.",
    sortOptions = false,
    footer = {
      "",
      "Exit code 2: the file has problems; each is told with its field and line.",
      "Example:",
      "  ./xfolds plan manifests/samples/quickstart.yaml --profile a100"
    })
public final class PlanCommand implements Callable<Integer> {

  private static final int INVALID = 2;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "YAML with one TrainingRun or several.")
  private Path file;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Hardware in place of the file's: local-cpu, dgx1-v100-okd46, a100, h100.")
  private String profile;

  @Option(
      names = "--utilisation",
      paramLabel = "SHARE",
      defaultValue = "0.4",
      description = "Share of the peak in the time, above 0 to 1 (default: 0.4).")
  private double utilisation;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // picocli asks its own model for it
  private boolean help;

  @Option(names = "--json", description = "The same facts as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (!(utilisation > 0 && utilisation <= 1)) {
      err.println("--utilisation must be above 0 and at most 1, was " + utilisation);
      err.flush();
      return INVALID;
    }
    FilePlan plan =
        FilePlan.of(
            TrainingRunFile.load(file), new Options(Optional.ofNullable(profile), utilisation));
    List<RunFigures> figures = plan.runs().stream().map(RunFigures::of).toList();
    if (json) {
      out.println(json(new Answer(plan.problems(), plan.warnings(), figures)));
    } else {
      out.print(figures.stream().map(PlanText::of).reduce("", (a, b) -> a + b));
      plan.warnings().forEach(err::println);
      plan.problems().forEach(err::println);
    }
    out.flush();
    err.flush();
    return plan.problems().isEmpty() ? 0 : INVALID;
  }

  /** What {@code --json} prints. */
  record Answer(List<String> problems, List<String> warnings, List<RunFigures> runs) {}

  private static String json(Answer answer) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and strings are JSON", e);
    }
  }
}
